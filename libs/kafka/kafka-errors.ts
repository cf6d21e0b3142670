import { PermanentFailure } from '#failure';

import { recordBytes, type RawRecord } from './kafka-record.js';

/** Broker answers that blame the records themselves; sending them again can't help. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

/** Protocol error types of a kafkajs error and of what it wraps. */
export function errorTypes(error: unknown): string[] {
  const types: string[] = [];
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 8; depth++) {
    const { type, cause, originalError } = at as { type?: unknown; cause?: unknown; originalError?: unknown };
    if (typeof type === 'string') types.push(type);
    at = cause ?? originalError;
  }
  return types;
}

export function refusedByBroker(error: unknown): boolean {
  return errorTypes(error).some((type) => refusals.has(type));
}

/** What a broker's refusal of records is called, with their sizes. */
export function tooLarge(records: readonly RawRecord[], cause: unknown): PermanentFailure {
  const sizes = records.map((record) => `${record.topic}: ${recordBytes(record)} bytes`).join(', ');
  return new PermanentFailure(`broker refused a record (${sizes})`, { reason: 'message-too-large', cause });
}
