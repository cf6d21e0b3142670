import type { Migration } from '#database';

/**
 * `model_calls` has every paid call; `model_spending` the sums that budgets are held against; `model_pauses` the times
 * in which calls waited, which no deadline counts.
 */
const createUsage = `
CREATE TABLE penstock.model_calls (
  call_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  namespace text NOT NULL,
  document_id text,
  ingestion_id uuid,
  model text NOT NULL,
  purpose text NOT NULL,
  outcome text NOT NULL,
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  cost_usd numeric
);
CREATE INDEX model_calls_by_namespace ON penstock.model_calls (namespace, at);
CREATE INDEX model_calls_by_ingestion ON penstock.model_calls (ingestion_id);
CREATE TABLE penstock.model_spending (
  namespace text NOT NULL,
  day date NOT NULL,
  tokens bigint NOT NULL,
  cost_usd numeric NOT NULL,
  unpriced bigint NOT NULL,
  PRIMARY KEY (namespace, day)
);
CREATE TABLE penstock.model_budgets (
  namespace text NOT NULL,
  period text NOT NULL,
  unit text NOT NULL,
  amount numeric NOT NULL,
  PRIMARY KEY (namespace, period, unit)
);
CREATE TABLE penstock.model_pauses (
  pause_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  namespace text NOT NULL,
  model text NOT NULL,
  reason text NOT NULL,
  message text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz
);
CREATE INDEX model_pauses_by_time ON penstock.model_pauses (seen_at)`;

/** Calls that wait in a partition keep others waiting. What is parked does not, and lasts until that is said to end. */
const tellParked = `
ALTER TABLE penstock.model_pauses ADD COLUMN parked boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX model_pauses_parked ON penstock.model_pauses (namespace, model) WHERE parked AND ended_at IS NULL;
CREATE INDEX model_pauses_parked_by_end ON penstock.model_pauses (namespace, ended_at) WHERE parked`;

/** Calls are listed one by one: those of a document, and the newest of all. */
const findCalls = `
CREATE INDEX model_calls_by_document ON penstock.model_calls (document_id, at);
CREATE INDEX model_calls_by_time ON penstock.model_calls (at, call_id)`;

export const usageMigrations: readonly Migration[] = [
  { name: '2026-11-28-model-usage', sql: createUsage },
  { name: '2026-11-29-model-pauses-parked', sql: tellParked },
  { name: '2026-11-29-model-calls-listed', sql: findCalls },
];

/** A pause that nobody has spoken of for longer is over, e.g. because the process that waited has ended. */
export const pauseSilence = "interval '10 minutes'";

/**
 * SQL for the time since a moment in which calls to models waited, as an interval. Pauses that overlap count once. A
 * partition holds documents of all namespaces, so a pause of one keeps others waiting, too, unless it is parked.
 * @param since an SQL expression for the moment.
 * @param namespace another one, for whose documents it is asked; neither may be the bare name of a column of pauses.
 */
export function pausedSinceSql(since: string, namespace: string): string {
  const end = 'coalesce(ended_at, CASE WHEN parked THEN clock_timestamp() ELSE seen_at END)';
  const span = `tstzrange(greatest(started_at, ${since}), ${end})`;
  return `coalesce((SELECT sum(upper(span) - lower(span)) FROM (
    SELECT unnest(range_agg(${span})) AS span FROM penstock.model_pauses AS pause
    WHERE (seen_at > ${since} AND NOT parked
        OR parked AND pause.namespace = ${namespace} AND (ended_at IS NULL OR ended_at > ${since}))
      AND ${end} > greatest(started_at, ${since})) AS spans), interval '0')`;
}
