import type { Pool } from 'pg';

import { rowCursor, rowsOf } from '#database';

export interface KeptQuery {
  readonly id: string;
  readonly askedAt: string;
  readonly namespace: string;
  readonly mode: string;
  /** Null if words are not kept. */
  readonly query: string | null;
  readonly route: string;
  readonly cached: boolean;
  readonly tookMs: number;
  readonly hits: number;
  readonly leftOut: number;
  /** Nothing could answer it. */
  readonly failed: boolean;
}

/** What became of the questions that took one route. */
export interface RouteSummary {
  readonly route: string;
  readonly queries: number;
  /** Answered, without a hit. */
  readonly empty: number;
  readonly cached: number;
  readonly partial: number;
  /** Not answered, and neither empty nor partial. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface QueryFilter {
  /** Of any of these; of all there are if left out. */
  readonly namespaces?: readonly string[] | undefined;
  readonly route?: string | undefined;
  readonly empty?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface QueryPage {
  readonly items: readonly KeptQuery[];
  /** Of all that match, not only of this page. */
  readonly routes: readonly RouteSummary[];
  readonly nextCursor?: string;
}

const matches = `
  ($1::text[] IS NULL OR namespace = ANY ($1)) AND ($2::text IS NULL OR route = $2)
  AND ($3::boolean IS NULL OR (hits = 0 AND NOT failed) = $3) AND ($4::float8 IS NULL OR asked_at >= to_timestamp($4 / 1000))`;
const selectPage = `
SELECT id::text AS id, asked_at AS "askedAt", namespace, mode, query, route, cached, took_ms AS "tookMs", hits,
  left_out AS "leftOut", failed
FROM penstock.queries WHERE ${matches} AND ($5::bigint IS NULL OR id < $5) ORDER BY queries.id DESC LIMIT $6`;
const selectRoutes = `
SELECT route, count(*)::int AS queries, count(*) FILTER (WHERE hits = 0 AND NOT failed)::int AS empty,
  count(*) FILTER (WHERE cached)::int AS cached,
  count(*) FILTER (WHERE left_out > 0 AND NOT failed)::int AS partial, count(*) FILTER (WHERE failed)::int AS failed,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms)::float8 AS "p50Ms",
  percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms)::float8 AS "p95Ms"
FROM penstock.queries WHERE ${matches} GROUP BY route ORDER BY queries DESC, route`;

/** Reads the questions that were asked. Every method throws TransientFailure if the database is away. */
export class QueryReader {
  constructor(private readonly pool: Pool) {}

  /** Newest first. @throws PermanentFailure with reason `bad-cursor` if the cursor is not one of ours. */
  async list({ namespaces, route, empty, sinceMs, limit, cursor }: QueryFilter): Promise<QueryPage> {
    const after = rowCursor(cursor);
    const filter = [namespaces ?? null, route ?? null, empty ?? null, sinceMs ?? null];
    const [found, routes] = await Promise.all([
      rowsOf<KeptQuery & { askedAt: Date }>(this.pool, selectPage, [...filter, after, limit + 1]),
      rowsOf<RouteSummary>(this.pool, selectRoutes, filter),
    ]);
    const items = found.slice(0, limit).map((row) => ({ ...row, askedAt: row.askedAt.toISOString() }));
    const last = items.at(-1);
    return found.length > limit && last !== undefined ? { items, routes, nextCursor: last.id } : { items, routes };
  }
}
