import {
  dataSchemaHeader,
  documentKey,
  eventId,
  eventNameOf,
  eventNamespace,
  topicOfEvent,
  topics,
  type Emission,
  type EventCodec,
  type EventName,
} from '#events';
import { classify, PoisonMessage, type PenstockFailure } from '#failure';

import type { ReceivedEvent } from './contract.js';
import { textHeaders, type KafkaRecord } from './kafka-record.js';

/** What a record is to a role: an event to handle, one that is not for it, or one that nobody can read. */
export type Triaged =
  | { readonly kind: 'event'; readonly record: KafkaRecord; readonly event: ReceivedEvent }
  | { readonly kind: 'passed-over'; readonly record: KafkaRecord }
  | { readonly kind: 'unreadable'; readonly record: KafkaRecord; readonly failure: PenstockFailure };

/**
 * Decodes a record if the role consumes its type. The type stands in `ce_type`; a record without that header (upstream
 * producers need not write any) is decoded to learn it.
 * @throws TransientFailure if the schema registry can't be asked: that says nothing about the record.
 */
export async function triageRecord(
  record: KafkaRecord,
  consumes: readonly EventName[],
  codec: Pick<EventCodec, 'decode'>,
): Promise<Triaged> {
  const headers = textHeaders(record.headers);
  const told = headers['ce_type'];
  if (told !== undefined && notForUs(told, consumes)) return { kind: 'passed-over', record };
  try {
    const decoded = await codec.decode(record.value, headers[dataSchemaHeader]);
    if (told !== undefined && eventNameOf(told) !== undefined && eventNameOf(told) !== decoded.type) {
      throw new PoisonMessage(`ce_type says ${told}, the value is ${decoded.type}`, { reason: 'type-mismatch' });
    }
    checkTopic(record, decoded);
    if (!consumes.includes(decoded.type)) return { kind: 'passed-over', record };
    checkKey(record, decoded);
    return { kind: 'event', record, event: receivedEvent(record, decoded, headers) };
  } catch (error) {
    const failure = classify(error);
    if (failure.kind === 'transient') throw failure;
    return { kind: 'unreadable', record, failure };
  }
}

/** All of a batch, side by side. @throws TransientFailure as `triageRecord` does. */
export function triageRecords(
  records: readonly KafkaRecord[],
  consumes: readonly EventName[],
  codec: Pick<EventCodec, 'decode'>,
): Promise<Triaged[]> {
  return Promise.all(records.map((record) => triageRecord(record, consumes, codec)));
}

/** Types of ours that the role does not consume, also those a newer version added. Foreign types tell us nothing. */
function notForUs(type: string, consumes: readonly EventName[]): boolean {
  const name = eventNameOf(type);
  return name === undefined ? type.startsWith(`${eventNamespace}.`) : !consumes.includes(name);
}

/** Passed over in silence, a record that says nothing of its type and seems to be of a foreign one would be lost. */
function checkTopic({ topic }: KafkaRecord, { type }: Emission): void {
  const { name } = topics[topicOfEvent[type]];
  if (name === topic) return;
  throw new PoisonMessage(`${type} belongs on ${name}, not here`, { reason: 'type-mismatch' });
}

/** Order and ownership hang on the key. Only submissions may come without: the stager gives them theirs. */
function checkKey(record: KafkaRecord, { payload }: Emission): void {
  if (record.topic === topics.submitted.name) return;
  if (record.key?.toString() !== documentKey(payload)) {
    throw new PoisonMessage('record key is not the key of the document in its value', { reason: 'key-mismatch' });
  }
}

function receivedEvent(record: KafkaRecord, decoded: Emission, headers: Record<string, string>): ReceivedEvent {
  return {
    ...decoded,
    id: headers['ce_id'] ?? eventId(decoded.type, decoded.payload),
    key: documentKey(decoded.payload),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestampMs: record.timestampMs,
    headers,
  };
}
