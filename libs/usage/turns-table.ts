import { randomUUID } from 'node:crypto';

import type { Pool } from 'pg';

import { inTransaction, rowsOf, type Migration } from '#database';

import { Turns, turnWaitMs, type LastMinute, type TurnAnswer, type TurnRequest } from './turns.js';

export const turnsMigrations: readonly Migration[] = [
  {
    name: '2026-11-28-model-turns',
    sql: `CREATE TABLE penstock.model_limits (
      model text PRIMARY KEY,
      blocked_until timestamptz NOT NULL DEFAULT '-infinity'
    );
    CREATE TABLE penstock.model_turns (
      turn_id uuid PRIMARY KEY,
      model text NOT NULL,
      began_at timestamptz NOT NULL,
      running_until timestamptz NOT NULL,
      tokens bigint NOT NULL
    );
    CREATE INDEX model_turns_by_model ON penstock.model_turns (model, began_at)`,
  },
];

const addModel = 'INSERT INTO penstock.model_limits (model) VALUES ($1) ON CONFLICT DO NOTHING';
/** Who holds this row decides; the others wait for it. */
const lockModel = 'SELECT FROM penstock.model_limits WHERE model = $1 FOR UPDATE';
/** By the clock of the database, as those of the processes may differ. */
const forget = `DELETE FROM penstock.model_turns
  WHERE model = $1 AND began_at <= clock_timestamp() - interval '1 minute' AND running_until <= clock_timestamp()`;
const lookBack = `SELECT
    count(*) FILTER (WHERE running_until > now.at) AS running,
    count(*) FILTER (WHERE began_at > now.at - interval '1 minute') AS requests,
    coalesce(sum(tokens) FILTER (WHERE began_at > now.at - interval '1 minute'), 0)::float8 AS tokens,
    coalesce(1000 * extract(epoch FROM now.at - min(began_at) FILTER (WHERE began_at > now.at - interval '1 minute')), 0)
      ::float8 AS "oldestMs",
    (SELECT CASE WHEN blocked_until > now.at THEN 1000 * extract(epoch FROM blocked_until - now.at) ELSE 0 END::float8
      FROM penstock.model_limits WHERE model = $1) AS "blockedMs"
  FROM (SELECT clock_timestamp() AS at) now LEFT JOIN penstock.model_turns ON model = $1 GROUP BY now.at`;
const begin = `INSERT INTO penstock.model_turns (turn_id, model, began_at, running_until, tokens)
  VALUES ($1, $2, clock_timestamp(), clock_timestamp() + $3::float8 * interval '1 millisecond', $4)`;
const finish = `UPDATE penstock.model_turns SET running_until = clock_timestamp(), tokens = coalesce($2::bigint, tokens)
  WHERE turn_id = $1`;
const holdBack = `UPDATE penstock.model_limits
  SET blocked_until = greatest(blocked_until, clock_timestamp() + $2::float8 * interval '1 millisecond') WHERE model = $1`;

/** Turns of all processes that share the database; needs `turnsMigrations`. A row for each call of the last minute. */
export class TurnsTable extends Turns {
  constructor(private readonly pool: Pool) {
    super();
  }

  override take(request: TurnRequest): Promise<TurnAnswer> {
    const { model, tokens, leaseMs } = request;
    return inTransaction(this.pool, async (client) => {
      await client.query(addModel, [model]);
      await client.query(lockModel, [model]);
      await client.query(forget, [model]);
      const { rows } = await client.query<LastMinute>(lookBack, [model]);
      const waitMs = rows[0] === undefined ? 0 : turnWaitMs(rows[0], request);
      if (waitMs > 0) return { waitMs };
      const turn = randomUUID();
      await client.query(begin, [turn, model, leaseMs, Math.ceil(tokens)]);
      return { turn };
    });
  }

  override async end(_model: string, turn: string, tokens: number | undefined): Promise<void> {
    await rowsOf(this.pool, finish, [turn, tokens ?? null]);
  }

  override async block(model: string, forMs: number): Promise<void> {
    await rowsOf(this.pool, holdBack, [model, forMs]);
  }
}
