import type { Pool } from 'pg';

import { rowCursor, rowsOf } from '#database';
import { dataSchemaHeader, type EventCodec } from '#events';
import { PermanentFailure } from '#failure';

import { decodedOrNothing } from './dead-letter.stage.js';
import type { HeaderPair } from './letter.js';
import {
  headersAsText,
  payloadShape,
  summaryOf,
  type LetterDetail,
  type LetterRecord,
  type LetterSummary,
} from './letter-views.js';

/** Which letters are meant; what is left out is not asked for. */
export interface LetterFilter {
  /** Of any of these; without, also letters that nobody knows the namespace of. */
  readonly namespaces?: readonly string[] | undefined;
  readonly documentId?: string | undefined;
  readonly reason?: string | undefined;
  readonly stage?: string | undefined;
}

export interface LetterPage {
  readonly items: readonly LetterSummary[];
  readonly nextCursor?: string;
}

const columns = `id, seq, namespace, document_id, ingestion_id, event, stage, topic, source_partition, source_offset, key,
  coalesce(length(value), 0) AS size_bytes, failure_type, reason, message, attempts, failed_at, history, replayed_at,
  replay_ingestion_id, truncated_from_bytes`;
const matching = `($1::text[] IS NULL OR namespace = ANY ($1)) AND ($2::text IS NULL OR document_id = $2)
  AND ($3::text IS NULL OR reason = $3) AND ($4::text IS NULL OR stage = $4)`;
const selectPage = `
SELECT ${columns} FROM penstock.dead_letters
WHERE ${matching} AND ($5::bigint IS NULL OR seq < $5) ORDER BY seq DESC LIMIT $6`;
const selectOne = `SELECT ${columns}, headers, value FROM penstock.dead_letters WHERE id = $1`;
const selectOpen = `
SELECT id, seq FROM penstock.dead_letters
WHERE ${matching} AND replayed_at IS NULL AND ($5::bigint IS NULL OR seq > $5) ORDER BY seq LIMIT $6`;

/** As its index has it. */
const selectUnpaid = `
SELECT DISTINCT namespace FROM penstock.dead_letters
WHERE reason = 'budget-exhausted' AND replayed_at IS NULL AND namespace IS NOT NULL ORDER BY namespace`;

type WholeRecord = LetterRecord & { readonly headers: readonly HeaderPair[]; readonly value: Buffer | null };

/** A letter with its bytes. */
export interface WholeLetter extends LetterSummary {
  readonly keyBytes: Buffer | null;
  readonly headerPairs: readonly HeaderPair[];
  readonly value: Buffer | null;
}

/** Answers questions about dead letters. Every method throws TransientFailure if the database is away. */
export class DeadLetterReader {
  constructor(
    private readonly pool: Pool,
    private readonly codec: Pick<EventCodec, 'decode'>,
  ) {}

  /** Newest first. @throws PermanentFailure with reason `bad-cursor` if the cursor is not one of ours. */
  async list(filter: LetterFilter, limit: number, cursor?: string): Promise<LetterPage> {
    const values = [...valuesOf(filter), rowCursor(cursor), limit + 1];
    const records = await rowsOf<LetterRecord>(this.pool, selectPage, values);
    const items = records.slice(0, limit).map(summaryOf);
    const last = records[limit - 1];
    return records.length > limit && last !== undefined ? { items, nextCursor: String(last.seq) } : { items };
  }

  /** @throws PermanentFailure `not-found` if no such letter is kept. */
  async letter(id: string, include: { readonly value: boolean }): Promise<LetterDetail> {
    const { headerPairs, keyBytes: _, value, ...summary } = await this.whole(id);
    const headers = headersAsText(headerPairs);
    const event = await decodedOrNothing(this.codec, value, headers[dataSchemaHeader]);
    const payload = event === undefined ? null : payloadShape(event);
    const shown = { ...summary, headers, payload };
    return include.value ? { ...shown, value: value?.toString('base64') ?? null } : shown;
  }

  /** @throws PermanentFailure `not-found` if no such letter is kept. */
  async whole(id: string): Promise<WholeLetter> {
    const [record] = await rowsOf<WholeRecord>(this.pool, selectOne, [id]);
    if (record === undefined) throw new PermanentFailure('no such dead letter', { reason: 'not-found' });
    return { ...summaryOf(record), keyBytes: record.key, headerPairs: record.headers, value: record.value };
  }

  /** Namespaces of letters that were given up since a budget was used up, and not replayed yet. */
  async unpaidNamespaces(): Promise<string[]> {
    const rows = await rowsOf<{ namespace: string }>(this.pool, selectUnpaid);
    return rows.map(({ namespace }) => namespace);
  }

  /** Letters that were not replayed yet, oldest first. */
  open(filter: LetterFilter, limit: number, cursor?: string): Promise<{ readonly id: string; readonly seq: number }[]> {
    return rowsOf(this.pool, selectOpen, [...valuesOf(filter), rowCursor(cursor), limit]);
  }
}

function valuesOf({ namespaces, documentId, reason, stage }: LetterFilter): unknown[] {
  return [namespaces ?? null, documentId ?? null, reason ?? null, stage ?? null];
}
