import type { Pool } from 'pg';

import { rowsOf } from '#database';
import { PermanentFailure } from '#failure';

import type { PaidCall } from './usage-book.js';

/** A call that was paid for, as it is kept. */
export interface KeptCall extends Omit<PaidCall, 'callId' | 'costUsd'> {
  readonly id: string;
  /** When it was written down: ISO 8601. */
  readonly at: string;
  /** US dollars; null if the price is unknown. */
  readonly usd: number | null;
}

export interface CallPage {
  readonly items: readonly KeptCall[];
  readonly nextCursor?: string;
}

/** Which calls are meant; what is left out is not asked for. */
interface CallFilter {
  /** Of any of these; of all there are if left out. */
  readonly namespaces?: readonly string[] | undefined;
  readonly documentId?: string | undefined;
  /** A UUID. */
  readonly ingestionId?: string | undefined;
  readonly outcome?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export interface CallsWanted extends CallFilter {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** As the driver gives it: `micros` are those since the epoch, as a date in JavaScript has no such. */
type CallRecord = Omit<KeptCall, 'at'> & { readonly at: Date; readonly micros: string };

const selectPage = `
SELECT call_id AS id, at, namespace, document_id AS "documentId", ingestion_id AS "ingestionId", model, purpose, outcome,
  prompt_tokens::float8 AS "promptTokens", completion_tokens::float8 AS "completionTokens", cost_usd::float8 AS usd,
  (extract(epoch FROM at) * 1000000)::bigint::text AS micros
FROM penstock.model_calls
WHERE ($1::text[] IS NULL OR namespace = ANY ($1)) AND ($2::text IS NULL OR document_id = $2)
  AND ($3::uuid IS NULL OR ingestion_id = $3) AND ($4::text IS NULL OR outcome = $4)
  AND ($5::float8 IS NULL OR at >= to_timestamp($5 / 1000)) AND ($6::float8 IS NULL OR at < to_timestamp($6 / 1000))
  AND ($7::bigint IS NULL OR (at, call_id) < (timestamptz 'epoch' + $7 * interval '1 microsecond', $8::uuid))
ORDER BY at DESC, call_id DESC LIMIT $9`;

/**
 * Newest first. @throws PermanentFailure with reason `bad-cursor` if the cursor is not one of ours, TransientFailure if
 * the database is away.
 */
export async function listCalls(pool: Pool, { limit, cursor, ...filter }: CallsWanted): Promise<CallPage> {
  const values = [...valuesOf(filter), ...placeOf(cursor), limit + 1];
  const records = await rowsOf<CallRecord>(pool, selectPage, values);
  const items = records.slice(0, limit).map(({ micros: _, at, ...call }) => ({ ...call, at: at.toISOString() }));
  const last = records[limit - 1];
  if (records.length <= limit || last === undefined) return { items };
  return { items, nextCursor: `${last.micros}-${last.id}` };
}

function valuesOf({ namespaces, documentId, ingestionId, outcome, fromMs, toMs }: CallFilter): unknown[] {
  return [namespaces, documentId, ingestionId, outcome, fromMs, toMs].map((value) => value ?? null);
}

/** Calls have ids in no order, so a place in the list is a moment and, among calls of one moment, an id. */
function placeOf(cursor: string | undefined): readonly [micros: string | null, id: string | null] {
  if (cursor === undefined) return [null, null];
  const [, micros, id] = /^(\d{1,17})-([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/u.exec(cursor) ?? [];
  if (micros === undefined || id === undefined) {
    throw new PermanentFailure('cursor is not one of this list', { reason: 'bad-cursor' });
  }
  return [micros, id];
}
