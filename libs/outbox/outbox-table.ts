import type { Migration } from '#database';

/**
 * Rows are short-lived, so the table is vacuumed by count and not by share of its size. The identity gives the order:
 * it is taken at the insert, and writers of one document stand behind one another on a row lock.
 */
const createOutbox = `
CREATE TABLE penstock.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL,
  topic text NOT NULL,
  key text NOT NULL,
  value bytea NOT NULL,
  headers jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`;

/** Why and when the log refused a row that may not be given up: its key waits behind it. */
const addRefusals = `
ALTER TABLE penstock.outbox ADD COLUMN refused_at timestamptz, ADD COLUMN refusal text;
CREATE INDEX outbox_refused ON penstock.outbox (key, id) WHERE refused_at IS NOT NULL`;

/** The table of events that are said but not yet on the log. */
export const outboxMigrations: readonly Migration[] = [
  { name: '2026-11-24-outbox', sql: createOutbox },
  { name: '2026-11-28-outbox-refusals', sql: addRefusals },
];

/** Channel that wakes the relay. */
export const outboxChannel = 'penstock_outbox';
