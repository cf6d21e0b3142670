import type { Emission } from '#events';

import type { HeaderPair } from './letter.js';

/** An earlier letter, of which this one is a replay that failed again. */
export interface EarlierLetter {
  readonly id: string;
  readonly ingestionId: string | null;
  readonly stage: string;
  readonly reason: string;
  readonly message: string;
  readonly failedAt: string;
  readonly replayedAt: string | null;
}

/** A row of `dead_letters` without its bytes, as the driver gives it. */
export interface LetterRecord {
  readonly id: string;
  readonly seq: number;
  readonly namespace: string | null;
  readonly document_id: string | null;
  readonly ingestion_id: string | null;
  readonly event: string | null;
  readonly stage: string;
  readonly topic: string;
  readonly source_partition: number;
  readonly source_offset: number;
  readonly key: Buffer | null;
  readonly size_bytes: number;
  readonly failure_type: string;
  readonly reason: string;
  readonly message: string;
  readonly attempts: number;
  readonly failed_at: Date;
  readonly history: readonly EarlierLetter[];
  readonly replayed_at: Date | null;
  readonly replay_ingestion_id: string | null;
  readonly truncated_from_bytes: number | null;
}

/** A dead letter in a list: everything but what the record says. */
export interface LetterSummary {
  readonly id: string;
  readonly namespace: string | null;
  readonly documentId: string | null;
  readonly ingestionId: string | null;
  readonly event: string | null;
  readonly stage: string;
  readonly reason: string;
  readonly message: string;
  readonly failureType: string;
  readonly attempts: number;
  readonly failedAt: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly sizeBytes: number;
  /** Bytes the value had, if the letter was too large to be kept whole; such a letter can't be replayed. */
  readonly truncatedFromBytes: number | null;
  readonly replayedAt: string | null;
  readonly replayIngestionId: string | null;
  /** Oldest first; empty unless this letter is a replay that failed again. */
  readonly history: readonly EarlierLetter[];
}

/** One dead letter with its headers and the shape of its payload. */
export interface LetterDetail extends LetterSummary {
  readonly headers: Readonly<Record<string, string>>;
  /** Null if the value can't be decoded. */
  readonly payload: Readonly<Record<string, unknown>> | null;
  /** The value as base64; only if asked for. */
  readonly value?: string | null;
}

export function summaryOf(record: LetterRecord): LetterSummary {
  const { id, namespace, event, stage, reason, message, attempts, topic, history } = record;
  return {
    ...{
      id,
      namespace,
      documentId: record.document_id,
      ingestionId: record.ingestion_id,
      event,
      stage,
      reason,
      message,
    },
    ...{ failureType: record.failure_type, attempts, failedAt: record.failed_at.toISOString(), topic },
    ...{ partition: record.source_partition, offset: record.source_offset, key: record.key?.toString() ?? null },
    ...{ sizeBytes: record.size_bytes, truncatedFromBytes: record.truncated_from_bytes },
    ...{ replayedAt: record.replayed_at?.toISOString() ?? null, history },
    replayIngestionId: record.replay_ingestion_id,
  };
}

/** Headers as text, for people; of a repeated one the last. */
export function headersAsText(headers: readonly HeaderPair[]): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
}

const textLengthMax = 200;
const contentFields = new Set(['content', 'metadata']);

/** What a payload is, without the document's content: short values as they are, of everything else the size. */
export function payloadShape({ payload }: Emission): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, shapeOf(name, value)]));
}

function shapeOf(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    return contentFields.has(name) || value.length > textLengthMax ? { characters: value.length } : value;
  }
  if (Array.isArray(value)) return { items: value.length };
  if (typeof value === 'object' && value !== null) return { fields: Object.keys(value).length };
  return value;
}
