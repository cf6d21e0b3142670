import type { Pool } from 'pg';

import { rowsOf } from '#database';

export interface FrontCursor {
  /** Next page of the list of conversations; null at its start. */
  readonly crawlNext: string | null;
  /** Whether every conversation there was has been noted once. */
  readonly crawled: boolean;
  /** Counts how often everything was to be looked at again. */
  readonly crawl: number;
  /** Seconds since the epoch up to which everything that happened has been noted. */
  readonly eventsAfter: number;
}

const open = `
INSERT INTO penstock.front_cursors (namespace, events_after) VALUES ($1, $2)
ON CONFLICT (namespace) DO UPDATE SET namespace = excluded.namespace
RETURNING crawl_next AS "crawlNext", crawled_at IS NOT NULL AS crawled, crawl, events_after AS "eventsAfter"`;
const crawledTo = `
UPDATE penstock.front_cursors
SET crawl_next = $2, crawled_at = CASE WHEN $2::text IS NULL THEN clock_timestamp() END
WHERE namespace = $1 AND crawl = $3 AND crawled_at IS NULL RETURNING crawl`;
const heardTo = 'UPDATE penstock.front_cursors SET events_after = greatest(events_after, $2) WHERE namespace = $1';
const restart = `
UPDATE penstock.front_cursors SET crawl_next = NULL, crawled_at = NULL, crawl = crawl + 1 WHERE namespace = $1`;

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

  /**
   * @param next null once there is no next page.
   * @returns false, and nothing is changed, if that crawl is over: everything is to be looked at again, or it came to
   *   its end by somebody else.
   */
  async crawledTo(next: string | null, crawl: number): Promise<boolean> {
    return (await this.query(crawledTo, [next, crawl])).length > 0;
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
