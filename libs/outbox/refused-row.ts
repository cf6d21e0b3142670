import { eventNameOf, outgoingEvent, topics, type EventCodec } from '#events';
import type { PenstockFailure } from '#failure';
import { compensationOfRecord, groupOf, textHeaders, truncateLetter } from '#kafka';

import type { RawRecord } from './raw-publisher.js';
import type { OutboxRow } from './relay-turn.js';

const messageLengthMax = 1000;

/**
 * Without these an ingestion would end otherwise in one place than in another, or nobody would be told that it ended.
 * They hold ids, words and numbers of ours, so no log has reason to refuse them but its own settings.
 */
const neverGivenUp: ReadonlySet<string | undefined> = new Set([
  'CompensationRequested',
  'DocumentRetracted',
  'IngestionConcluded',
]);

/**
 * What is said of a row that the log refuses for good: a dead letter, and that the ingestion which the row belonged to
 * is to be undone, so that nobody waits for it. Nothing if the row itself undoes, removes or tells an end: it is held.
 */
export function saidInstead(
  row: OutboxRow,
  failure: PenstockFailure,
  { codec, nowMs }: { readonly codec: Pick<EventCodec, 'encode'>; readonly nowMs: number },
): RawRecord[] | undefined {
  if (neverGivenUp.has(eventNameOf(row.headers['ce_type'] ?? ''))) return undefined;
  const letter = refusedRow(row, failure, nowMs);
  const record = { topic: row.topic, key: Buffer.from(row.key), headers: row.headers };
  const undo = compensationOfRecord(record, { role: 'relay', failure, nowMs });
  if (undo === undefined) return [letter];
  const { topic, key, headers } = outgoingEvent(undo, { role: 'relay', timeMs: nowMs });
  return [letter, { topic, key, headers, value: codec.encode(undo) }];
}

/**
 * The dead letter of a row that the log refuses for good: its headers, why it is there, and the start of its value,
 * for the whole is what was refused. The offset is the id of the row; it never lay in any partition.
 */
function refusedRow(row: OutboxRow, failure: PenstockFailure, nowMs: number): RawRecord {
  const headers = {
    ...row.headers,
    'deadletter.topic': row.topic,
    'deadletter.offset': row.id,
    'deadletter.group': groupOf('relay'),
    'deadletter.stage': 'relay',
    'deadletter.attempts': '1',
    'deadletter.failed-at': new Date(nowMs).toISOString(),
    'deadletter.failure-type': failure.name,
    'deadletter.failure-message': failure.message.slice(0, messageLengthMax),
    'deadletter.failure-reason': failure.reason,
  };
  const { key, value } = row;
  const cut = truncateLetter({ topic: topics.deadLetter.name, key, value, headers });
  return { topic: cut.topic, key, value: cut.value ?? Buffer.alloc(0), headers: textHeaders(cut.headers) };
}
