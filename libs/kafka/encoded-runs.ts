import { dataSchemaHeader, outgoingEvent, type Emission, type EventCodec, type EventContext } from '#events';

import { estimatedBytes } from './estimated-bytes.js';
import type { RawRecord } from './kafka-record.js';

/** What a large document says is encoded as it is sent, so that it is not held twice. */
const runBytesMax = 2_000_000;

/**
 * Events as records, in order, in runs of a bounded size; each run is encoded when it is asked for. All that is said of
 * anything but a large document is one run.
 * @throws PoisonMessage if a payload does not fit its schema.
 */
export function* encodedRuns(
  emissions: readonly Emission[],
  codec: Pick<EventCodec, 'encode' | 'dataSchema'>,
  context: EventContext,
): Generator<RawRecord[]> {
  let run: RawRecord[] = [];
  let bytes = 0;
  for (const event of emissions) {
    const more = estimatedBytes(event.payload);
    if (run.length > 0 && bytes + more > runBytesMax) {
      yield run;
      run = [];
      bytes = 0;
    }
    const { topic, key, headers } = outgoingEvent(event, context);
    const named = { ...headers, [dataSchemaHeader]: codec.dataSchema(event.type) };
    run.push({ topic, key, headers: named, value: codec.encode(event) });
    bytes += more;
  }
  if (run.length > 0) yield run;
}
