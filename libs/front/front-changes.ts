import type { Pool } from 'pg';

import { rowsOf } from '#database';

/** A conversation that has to be looked at. */
export interface FrontChange {
  readonly conversationId: string;
  /** As PostgreSQL writes it: a change that is noted again while it is worked at must not be forgotten. */
  readonly notedAt: string;
  /** Of who looks at it now: void once it is done, or somebody else looks at it. */
  readonly claim: string;
}

const idPattern = /^cnv_[a-z0-9]{1,64}$/iu;

const note = `
INSERT INTO penstock.front_changes (namespace, conversation_id)
SELECT $1, id FROM unnest($2::text[]) AS id
ON CONFLICT (namespace, conversation_id)
DO UPDATE SET noted_at = clock_timestamp(), attempts = 0, given_up = NULL`;
const noteKnown = `
INSERT INTO penstock.front_changes (namespace, conversation_id)
SELECT DISTINCT namespace, conversation_id FROM penstock.front_messages WHERE namespace = $1 AND NOT gone
ON CONFLICT (namespace, conversation_id)
DO UPDATE SET noted_at = clock_timestamp(), attempts = 0, given_up = NULL`;
const claimOldest = `
UPDATE penstock.front_changes SET claim = gen_random_uuid()
WHERE namespace = $1 AND conversation_id = (
  SELECT conversation_id FROM penstock.front_changes
  WHERE namespace = $1 AND given_up IS NULL ORDER BY attempts, noted_at LIMIT 1)
RETURNING conversation_id AS "conversationId", noted_at::text AS "notedAt", claim`;
const asClaimed = 'namespace = $1 AND conversation_id = $2 AND noted_at = $3::timestamptz AND claim = $4';
const done = `DELETE FROM penstock.front_changes WHERE ${asClaimed}`;
const failed = `
UPDATE penstock.front_changes SET attempts = attempts + 1, given_up = $5 WHERE ${asClaimed}`;

const depthMax = 6;
const conversationsMax = 100;

/** Conversations that wait to be looked at, each once however often it was noted. They survive a restart. */
export class FrontChanges {
  constructor(
    private readonly pool: Pool,
    private readonly namespace: string,
  ) {}

  /** Anything that is no id of a conversation is passed over. */
  async note(conversationIds: readonly string[]): Promise<void> {
    const ids = [...new Set(conversationIds)].filter((id) => idPattern.test(id)).sort();
    if (ids.length > 0) await this.query(note, [ids]);
  }

  /** Every conversation that has live documents, so that what is gone without a word is found. */
  async noteKnown(): Promise<void> {
    await this.query(noteKnown, []);
  }

  /** Claims the conversation that waits longest. */
  async next(): Promise<FrontChange | undefined> {
    return (await this.query<FrontChange>(claimOldest, []))[0];
  }

  async done({ conversationId, notedAt, claim }: FrontChange): Promise<void> {
    await this.query(done, [conversationId, notedAt, claim]);
  }

  /** Puts a conversation behind the others; with a reason it is left alone until it is noted again. */
  async failed({ conversationId, notedAt, claim }: FrontChange, givenUp: string | undefined): Promise<void> {
    await this.query(failed, [conversationId, notedAt, claim, givenUp ?? null]);
  }

  private query<Row extends object>(statement: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf<Row>(this.pool, statement, [this.namespace, ...values]);
  }
}

/** All conversations that something Front sent speaks of: where it happened, and those that were merged into it. */
export function conversationsIn(sent: unknown): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === 'string' && idPattern.test(value)) found.add(value);
    if (typeof value !== 'object' || value === null || depth === 0) return;
    for (const inner of Object.values(value)) walk(inner, depth - 1);
  };
  walk(sent, depthMax);
  return [...found].slice(0, conversationsMax);
}
