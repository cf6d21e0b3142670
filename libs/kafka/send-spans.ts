import { topics } from '#events';
import { duringSpans, traceparentOf, type OpenSpan, type Tracer } from '#telemetry';

import { textHeaders, type RawRecord } from './kafka-record.js';

/**
 * Sends records as spans: one for each ingestion and topic among them, as part of what their headers say; whoever reads
 * a record finds its span in the header. Dead letters keep the headers they came with.
 */
export async function traceSend(
  { tracer, role }: { readonly tracer?: Tracer | undefined; readonly role: string },
  records: readonly RawRecord[],
  send: (records: readonly RawRecord[]) => Promise<void>,
): Promise<void> {
  if (tracer === undefined) return send(records);
  const sends = records.map(sendOf);
  const groups = [...Map.groupBy(sends, ({ group }) => group)];
  const spans = new Map(groups.map(([group, members]) => [group, startSpan(tracer, role, members)]));
  const open = [...spans.values()].filter((span) => span !== undefined);
  await duringSpans(open, () => send(sends.map(({ record, group }) => headed(record, spans.get(group)))));
}

interface Send {
  readonly record: RawRecord;
  readonly ingestionId: string | undefined;
  readonly version: string | undefined;
  readonly parent: string | undefined;
  /** Records of one group share a span. */
  readonly group: string;
}

function sendOf(record: RawRecord): Send {
  const { ce_ingestionid: ingestionId, ce_documentversion: version, traceparent } = textHeaders(record.headers);
  const parent = traceparent ?? traceparentOf(ingestionId ?? null);
  return { record, ingestionId, version, parent, group: [record.topic, parent, ingestionId ?? record.key].join(' ') };
}

function headed(record: RawRecord, span: OpenSpan | undefined): RawRecord {
  if (span === undefined || record.topic === topics.deadLetter.name) return record;
  return { ...record, headers: { ...record.headers, traceparent: span.traceparent } };
}

function startSpan(tracer: Tracer, role: string, sends: readonly Send[]): OpenSpan | undefined {
  const [first] = sends;
  if (first === undefined) return undefined;
  const { topic } = first.record;
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
    'messaging.batch.message_count': sends.length,
    'penstock.role': role,
    'penstock.ingestion.id': first.ingestionId,
    'penstock.document.version': first.version === undefined ? undefined : Number(first.version),
  };
  return tracer.start({ name: `send ${topic}`, kind: 'producer', parent: first.parent, remote: true, attributes });
}
