import type { Pool } from 'pg';

import { rowsOf, type Migration } from '#database';

import { AnswerClaims, claimLeaseMs } from './answer-claims.js';

export const claimsMigrations: readonly Migration[] = [
  {
    name: '2026-11-29-answer-claims',
    sql: `CREATE TABLE penstock.answer_claims (
      answer_id text PRIMARY KEY,
      owner uuid NOT NULL,
      claimed_until timestamptz NOT NULL
    )`,
  },
];

/** By the clock of the database, as those of the processes may differ. */
const lease = `clock_timestamp() + $3::float8 * interval '1 millisecond'`;
/** Rows are locked in one order by all statements, so that two of them cannot wait for each other. */
const claimFree = `INSERT INTO penstock.answer_claims AS known (answer_id, owner, claimed_until)
  SELECT id, $2::uuid, ${lease} FROM unnest($1::text[]) AS id
    WHERE NOT EXISTS (SELECT FROM penstock.answer_claims WHERE answer_id = id AND claimed_until > clock_timestamp())
    ORDER BY id
  ON CONFLICT (answer_id) DO UPDATE SET owner = excluded.owner, claimed_until = excluded.claimed_until
    WHERE known.claimed_until <= clock_timestamp()
  RETURNING answer_id AS id`;
const owned = `SELECT answer_id FROM penstock.answer_claims WHERE answer_id = ANY ($1::text[]) AND owner = $2::uuid
  ORDER BY answer_id FOR UPDATE`;
const renewOwned = `WITH owned AS (${owned})
  UPDATE penstock.answer_claims SET claimed_until = ${lease} WHERE answer_id IN (SELECT answer_id FROM owned)`;
const releaseOwned = `WITH owned AS (${owned})
  DELETE FROM penstock.answer_claims WHERE answer_id IN (SELECT answer_id FROM owned)`;
/** What the dead have left, where nobody has asked the same again. */
const forget = `DELETE FROM penstock.answer_claims WHERE answer_id IN (
  SELECT answer_id FROM penstock.answer_claims WHERE claimed_until < clock_timestamp() - interval '1 hour'
    FOR UPDATE SKIP LOCKED)`;

/**
 * Claims of all processes that share the database; needs `claimsMigrations`. They are rows with an end and not locks: a
 * lock would keep a connection of the pool, or a transaction open, for as long as a model takes.
 */
export class AnswerClaimsTable extends AnswerClaims {
  constructor(
    private readonly pool: Pool,
    leaseMs = claimLeaseMs,
  ) {
    super(leaseMs);
  }

  override async claim(ids: readonly string[], owner: string): Promise<ReadonlySet<string>> {
    const rows = await rowsOf<{ id: string }>(this.pool, claimFree, [ids, owner, this.leaseMs]);
    return new Set(rows.map(({ id }) => id));
  }

  override async renew(ids: readonly string[], owner: string): Promise<void> {
    await rowsOf(this.pool, renewOwned, [ids, owner, this.leaseMs]);
  }

  override async release(ids: readonly string[], owner: string): Promise<void> {
    await rowsOf(this.pool, releaseOwned, [ids, owner]);
    await rowsOf(this.pool, forget, []);
  }
}
