import { topics } from '#events';
import type { PenstockFailure } from '#failure';
import { groupOf, textHeaders, truncateLetter } from '#kafka';

import type { RawRecord } from './raw-publisher.js';
import type { OutboxRow } from './relay-turn.js';

const messageLengthMax = 1000;

/**
 * The dead letter of a row that the log refuses for good: its headers, why it is there, and the start of its value,
 * for the whole is what was refused. The offset is the id of the row; it never lay in any partition.
 */
export function refusedRow(row: OutboxRow, failure: PenstockFailure, nowMs: number): RawRecord {
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
