import type { Pool } from 'pg';

import { inTransaction, rowsOf } from '#database';

import type { Budget, Spent } from './budget.js';
import { UsageBook, type Account, type PaidCall, type Pause } from './usage-book.js';
import { pauseSilence } from './usage-schema.js';

const today = "(clock_timestamp() AT TIME ZONE 'UTC')::date";

/** A call that is known already adds nothing to what was spent. */
const insertCall = `WITH added AS (
    INSERT INTO penstock.model_calls (call_id, namespace, document_id, ingestion_id, model, purpose, outcome,
      prompt_tokens, completion_tokens, cost_usd)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (call_id) DO NOTHING RETURNING namespace, prompt_tokens + completion_tokens AS tokens, cost_usd)
  INSERT INTO penstock.model_spending AS known (namespace, day, tokens, cost_usd, unpriced)
  SELECT namespace, ${today}, tokens, coalesce(cost_usd, 0), (cost_usd IS NULL)::int FROM added
  ON CONFLICT (namespace, day) DO UPDATE SET tokens = known.tokens + excluded.tokens,
    cost_usd = known.cost_usd + excluded.cost_usd, unpriced = known.unpriced + excluded.unpriced`;

const sums = `coalesce(sum(tokens), 0)::float8 AS tokens, coalesce(sum(cost_usd), 0)::float8 AS usd,
  coalesce(sum(unpriced), 0)::float8 AS unpriced`;
const selectSpent = `SELECT 'month' AS period, ${sums} FROM penstock.model_spending
    WHERE namespace = $1 AND day >= date_trunc('month', ${today})::date
  UNION ALL SELECT 'day', ${sums} FROM penstock.model_spending WHERE namespace = $1 AND day = ${today}`;
const selectBudgets = `SELECT amount::float8 AS amount, unit, period FROM penstock.model_budgets
  WHERE namespace = $1 ORDER BY period, unit`;

const prolongPause = `UPDATE penstock.model_pauses SET seen_at = clock_timestamp(), message = $4
  WHERE namespace = $1 AND model = $2 AND reason = $3 AND ended_at IS NULL AND NOT parked
    AND seen_at > clock_timestamp() - ${pauseSilence}`;
const insertPause = 'INSERT INTO penstock.model_pauses (namespace, model, reason, message) VALUES ($1, $2, $3, $4)';
const endPauses = `UPDATE penstock.model_pauses SET ended_at = greatest(seen_at, clock_timestamp())
  WHERE namespace = $1 AND model = $2 AND ended_at IS NULL AND NOT parked AND seen_at > clock_timestamp() - ${pauseSilence}`;
const park = `INSERT INTO penstock.model_pauses (namespace, model, reason, message, parked) VALUES ($1, $2, $3, $4, true)
  ON CONFLICT (namespace, model) WHERE parked AND ended_at IS NULL
  DO UPDATE SET seen_at = clock_timestamp(), reason = excluded.reason, message = excluded.message`;
const parkOnly = `UPDATE penstock.model_pauses SET ended_at = clock_timestamp()
  WHERE parked AND ended_at IS NULL
    AND (namespace, model) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

/** The book in PostgreSQL; needs `usageMigrations`. */
export class UsageTable extends UsageBook {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async account(namespace: string): Promise<Account> {
    const none: Spent = { tokens: 0, usd: 0, unpriced: 0 };
    const budgets = await rowsOf<Budget>(this.pool, selectBudgets, [namespace]);
    const rows = await rowsOf<Spent & { period: string }>(this.pool, selectSpent, [namespace]);
    const spent = (period: string): Spent => {
      const { tokens, usd, unpriced } = rows.find((row) => row.period === period) ?? none;
      return { tokens, usd, unpriced };
    };
    return { budgets, spent: { day: spent('day'), month: spent('month') } };
  }

  override async record(call: PaidCall): Promise<void> {
    const { callId, namespace, documentId, ingestionId, model, purpose, outcome } = call;
    const { promptTokens, completionTokens, costUsd } = call;
    const what = [callId, namespace, documentId, ingestionId, model, purpose, outcome];
    await rowsOf(this.pool, insertCall, [...what, promptTokens, completionTokens, costUsd]);
  }

  override pause({ namespace, model, reason, message }: Pause): Promise<void> {
    const values = [namespace, model, reason, message];
    return inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(prolongPause, values);
      if (rowCount === 0) await client.query(insertPause, values);
    });
  }

  override async resume({ namespace, model }: Pick<Pause, 'namespace' | 'model'>): Promise<void> {
    await rowsOf(this.pool, endPauses, [namespace, model]);
  }

  override async park({ namespace, model, reason, message }: Pause): Promise<void> {
    await rowsOf(this.pool, park, [namespace, model, reason, message]);
  }

  override async parkOnly(parked: readonly Pick<Pause, 'namespace' | 'model'>[]): Promise<void> {
    const values = [parked.map(({ namespace }) => namespace), parked.map(({ model }) => model)];
    await rowsOf(this.pool, parkOnly, values);
  }
}
