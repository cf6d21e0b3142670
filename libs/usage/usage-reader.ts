import type { Pool } from 'pg';

import { inTransaction, rowsOf } from '#database';

import { budgetsInForce, budgetText, exhausted, type Budget } from './budget.js';
import { listCalls, type CallPage, type CallsWanted } from './list-calls.js';
import { pauseSilence } from './usage-schema.js';
import { UsageTable } from './usage-table.js';

/** What calls cost together. */
export interface Cost {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US dollars; null if the price of any of the calls is unknown. */
  readonly usd: number | null;
}

export interface UsageQuery {
  /** Of any of these; of all there are if left out. */
  readonly namespaces?: readonly string[] | undefined;
  readonly documentId?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface UsageReport {
  readonly total: Cost;
  readonly models: readonly (Cost & { readonly model: string; readonly purpose: string })[];
  /** By what became of the ingestion that paid: `live`, `failed`, `rolled_back` and so on; `none` belongs to none. */
  readonly statuses: Readonly<Record<string, Cost>>;
  readonly namespaces: Readonly<Record<string, Cost>>;
}

/** What calls cost whose ingestions came to the same. */
export interface SpentByStatus {
  /** As in `UsageReport`. */
  readonly status: string;
  readonly tokens: number;
  /** US dollars, without the calls whose price is unknown. */
  readonly usd: number;
}

/** Calls that wait now. */
export interface Waiting {
  readonly namespace: string;
  readonly model: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

/** Why calls of a namespace wait, and since when (ISO 8601). */
type NamespaceWait = Pick<Waiting, 'reason' | 'message' | 'since'>;

/** A model that its provider wants no calls of for a while. */
export interface HeldModel {
  readonly model: string;
  /** ISO 8601. */
  readonly until: string;
}

export interface BudgetReport {
  readonly namespace: string;
  /** As `20usd/month`. */
  readonly budgets: readonly string[];
  /** The one that is used up, if one is. */
  readonly exhausted: string | null;
  readonly spent: Readonly<Record<'day' | 'month', { readonly tokens: number; readonly usd: number | null }>>;
}

const cost = `count(*)::int AS calls, coalesce(sum(prompt_tokens), 0)::float8 AS "promptTokens",
  coalesce(sum(completion_tokens), 0)::float8 AS "completionTokens",
  CASE WHEN count(*) = count(cost_usd) THEN coalesce(sum(cost_usd), 0)::float8 END AS usd`;
const where = `WHERE at >= to_timestamp($1::float8 / 1000) AND at < to_timestamp($2::float8 / 1000)
  AND ($3::text[] IS NULL OR c.namespace = ANY ($3)) AND ($4::text IS NULL OR c.document_id = $4)`;
const total = `SELECT ${cost} FROM penstock.model_calls c ${where}`;
const byModel = `SELECT model, purpose, ${cost} FROM penstock.model_calls c ${where} GROUP BY 1, 2 ORDER BY 1, 2`;
const byNamespace = `SELECT c.namespace AS name, ${cost} FROM penstock.model_calls c ${where} GROUP BY 1 ORDER BY 1`;
const byStatus = `SELECT coalesce(i.status, 'none') AS name, ${cost} FROM penstock.model_calls c
  LEFT JOIN penstock.ingestions i USING (ingestion_id) ${where} GROUP BY 1 ORDER BY 1`;
/** Who spent something is known by the day, so calls are found by their namespaces, and older ones are not read. */
const spentByStatus = `
SELECT coalesce(i.status, 'none') AS status, sum(paid.tokens)::float8 AS tokens, sum(paid.usd)::float8 AS usd
FROM (SELECT DISTINCT namespace FROM penstock.model_spending
  WHERE day >= (to_timestamp($1::float8 / 1000) AT TIME ZONE 'UTC')::date) AS spender
CROSS JOIN LATERAL (
  SELECT ingestion_id, sum(prompt_tokens + completion_tokens) AS tokens, coalesce(sum(cost_usd), 0) AS usd
  FROM penstock.model_calls c
  WHERE c.namespace = spender.namespace AND at >= to_timestamp($1::float8 / 1000) GROUP BY 1) AS paid
LEFT JOIN penstock.ingestions i USING (ingestion_id) GROUP BY 1 ORDER BY 1`;
const byIngestion = `SELECT model, ${cost} FROM penstock.model_calls WHERE ingestion_id = $1 GROUP BY 1 ORDER BY 1`;
const open = `(ended_at IS NULL AND parked OR ended_at IS NULL AND seen_at > now() - ${pauseSilence})`;
const waiting = `SELECT DISTINCT ON (namespace, model, reason) namespace, model, reason, message, started_at AS since
  FROM penstock.model_pauses WHERE ${open}
  ORDER BY namespace, model, reason, parked DESC, started_at DESC`;
const waitingOf = `SELECT reason, message, started_at AS since FROM penstock.model_pauses
  WHERE namespace = $1 AND ${open} ORDER BY started_at LIMIT 1`;
const held = `SELECT model, blocked_until AS until FROM penstock.model_limits
  WHERE blocked_until > clock_timestamp() ORDER BY model`;
const clearBudgets = 'DELETE FROM penstock.model_budgets WHERE namespace = $1';
const insertBudget = `INSERT INTO penstock.model_budgets (namespace, period, unit, amount) VALUES ($1, $2, $3, $4)
  ON CONFLICT (namespace, period, unit) DO UPDATE SET amount = excluded.amount`;

type Named<T> = T & { readonly name: string };
/** As the driver gives it. */
type Dated<T extends { readonly since: string }> = Omit<T, 'since'> & { readonly since: Date };

/** Answers questions about money, and sets budgets. Every method throws TransientFailure if the database is away. */
export class UsageReader {
  constructor(
    private readonly pool: Pool,
    private readonly defaultBudgets: readonly Budget[],
  ) {}

  async report({ namespaces, documentId, fromMs, toMs }: UsageQuery): Promise<UsageReport> {
    const values = [fromMs, toMs, namespaces ?? null, documentId ?? null];
    const [sum] = await rowsOf<Cost>(this.pool, total, values);
    const models = await rowsOf<UsageReport['models'][number]>(this.pool, byModel, values);
    const statuses = await rowsOf<Named<Cost>>(this.pool, byStatus, values);
    const perNamespace = await rowsOf<Named<Cost>>(this.pool, byNamespace, values);
    return { total: sum ?? nothing, models, statuses: named(statuses), namespaces: named(perNamespace) };
  }

  /** Newest first, by pages. @throws PermanentFailure with reason `bad-cursor` if the cursor is not one of ours. */
  calls(wanted: CallsWanted): Promise<CallPage> {
    return listCalls(this.pool, wanted);
  }

  /** Of all namespaces, since a moment. */
  spentByStatus(fromMs: number): Promise<SpentByStatus[]> {
    return rowsOf<SpentByStatus>(this.pool, spentByStatus, [fromMs]);
  }

  /** What an ingestion paid for, by model; models that cost nothing are not in it. */
  async ofIngestion(ingestionId: string): Promise<Readonly<Record<string, Cost>>> {
    const rows = await rowsOf<Cost & { model: string }>(this.pool, byIngestion, [ingestionId]);
    return named(rows.map(({ model, ...spent }) => ({ name: model, ...spent })));
  }

  async waiting(): Promise<Waiting[]> {
    const rows = await rowsOf<Dated<Waiting>>(this.pool, waiting, []);
    return rows.map(withIsoSince);
  }

  /** The longest of the waits of one namespace, or null if none of its calls wait. */
  async waitingOf(namespace: string): Promise<NamespaceWait | null> {
    const [longest] = await rowsOf<Dated<NamespaceWait>>(this.pool, waitingOf, [namespace]);
    return longest === undefined ? null : withIsoSince(longest);
  }

  async heldModels(): Promise<HeldModel[]> {
    const rows = await rowsOf<{ model: string; until: Date }>(this.pool, held, []);
    return rows.map(({ model, until }) => ({ model, until: until.toISOString() }));
  }

  async budget(namespace: string): Promise<BudgetReport> {
    const account = await new UsageTable(this.pool).account(namespace);
    const budgets = budgetsInForce(account.budgets, this.defaultBudgets);
    const used = exhausted(budgets, account.spent);
    const spent = (period: 'day' | 'month'): { tokens: number; usd: number | null } => {
      const { tokens, usd, unpriced } = account.spent[period];
      return { tokens, usd: unpriced > 0 ? null : usd };
    };
    return {
      namespace,
      budgets: budgets.map(budgetText),
      exhausted: used === undefined ? null : budgetText(used),
      spent: { day: spent('day'), month: spent('month') },
    };
  }

  /** Replaces the budgets of a namespace; without any, the default holds again. */
  async setBudgets(namespace: string, budgets: readonly Budget[]): Promise<BudgetReport> {
    await inTransaction(this.pool, async (client) => {
      await client.query(clearBudgets, [namespace]);
      for (const { period, unit, amount } of budgets)
        await client.query(insertBudget, [namespace, period, unit, amount]);
    });
    return this.budget(namespace);
  }
}

const nothing: Cost = { calls: 0, promptTokens: 0, completionTokens: 0, usd: 0 };

function withIsoSince<T extends { readonly since: Date }>(row: T): Omit<T, 'since'> & { readonly since: string } {
  return { ...row, since: row.since.toISOString() };
}

function named(rows: readonly Named<Cost>[]): Record<string, Cost> {
  return Object.fromEntries(rows.map(({ name, ...spent }) => [name, spent]));
}
