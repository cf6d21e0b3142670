import type { Pool } from 'pg';

import { rowsOf } from '#database';

export interface FrontCursor {
  /** Next page of the list of conversations; null at its start. */
  readonly crawlNext: string | null;
  /** Whether every conversation there was has been noted once. */
  readonly crawled: boolean;
  /** Seconds since the epoch up to which everything that happened has been noted. */
  readonly eventsAfter: number;
}

const open = `
INSERT INTO penstock.front_cursors (namespace, events_after) VALUES ($1, $2)
ON CONFLICT (namespace) DO UPDATE SET namespace = excluded.namespace
RETURNING crawl_next AS "crawlNext", crawled_at IS NOT NULL AS crawled, events_after AS "eventsAfter"`;
const crawledTo = `
UPDATE penstock.front_cursors
SET crawl_next = $2, crawled_at = CASE WHEN $2::text IS NULL THEN clock_timestamp() END WHERE namespace = $1`;
const heardTo = 'UPDATE penstock.front_cursors SET events_after = greatest(events_after, $2) WHERE namespace = $1';
const restart = 'UPDATE penstock.front_cursors SET crawl_next = NULL, crawled_at = NULL WHERE namespace = $1';

/** Where the reading of an account stands, kept in PostgreSQL. */
export class FrontCursors {
  constructor(
    private readonly pool: Pool,
    private readonly namespace: string,
  ) {}

  /** What happens from `startSeconds` on is heard of as an event, so the first crawl need not see it. */
  async open(startSeconds: number): Promise<FrontCursor> {
    const [cursor] = await this.query<FrontCursor>(open, [startSeconds]);
    if (cursor === undefined) throw new RangeError('an upsert returns its row');
    return cursor;
  }

  /** Null once there is no next page. */
  async crawledTo(next: string | null): Promise<void> {
    await this.query(crawledTo, [next]);
  }

  async heardTo(seconds: number): Promise<void> {
    await this.query(heardTo, [seconds]);
  }

  /** Has every conversation looked at again. */
  async restart(): Promise<void> {
    await this.query(restart, []);
  }

  private query<Row extends object>(statement: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf<Row>(this.pool, statement, [this.namespace, ...values]);
  }
}
