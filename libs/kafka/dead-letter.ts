import { topics } from '#events';
import type { PenstockFailure } from '#failure';

import type { KafkaRecord, RawRecord } from './kafka-record.js';

/** Where, by whom and after how many tries a record was given up. */
export interface DeadLetterContext {
  readonly group: string;
  readonly stage: string;
  readonly attempts: number;
  readonly failedAtMs: number;
}

const messageLengthMax = 1000;

/**
 * A record for the dead-letter topic: key, value and headers are the original bytes; why it is there stands in
 * `deadletter.*` headers, after Kafka Connect's `__connect.errors.*`. A record that comes back from a replay and fails
 * again gets these headers anew.
 */
export function deadLetter(record: KafkaRecord, failure: PenstockFailure, context: DeadLetterContext): RawRecord {
  return {
    topic: topics.deadLetter.name,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'deadletter.topic': record.topic,
      'deadletter.partition': String(record.partition),
      'deadletter.offset': String(record.offset),
      'deadletter.group': context.group,
      'deadletter.stage': context.stage,
      'deadletter.attempts': String(context.attempts),
      'deadletter.failed-at': new Date(context.failedAtMs).toISOString(),
      'deadletter.failure-type': failure.name,
      'deadletter.failure-message': failure.message.slice(0, messageLengthMax),
      'deadletter.failure-reason': failure.reason,
    },
  };
}
