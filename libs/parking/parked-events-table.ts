import type { Migration } from '#database';

/** `value`, `key` and `headers` are those of the record that goes back to `topic`; `seq` is the order of arrival. */
const createParkedEvents = `
CREATE TABLE penstock.parked_events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL,
  namespace text NOT NULL,
  document_id text NOT NULL,
  ingestion_id uuid NOT NULL,
  model text NOT NULL,
  topic text NOT NULL,
  key text NOT NULL,
  value bytea NOT NULL,
  headers jsonb NOT NULL,
  said_at timestamptz NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (topic, event_id)
);
CREATE INDEX parked_events_by_model ON penstock.parked_events (namespace, model, seq);
CREATE INDEX parked_events_by_age ON penstock.parked_events (said_at)`;

/** The table of events that wait for a budget. */
export const parkingMigrations: readonly Migration[] = [{ name: '2026-11-29-parked-events', sql: createParkedEvents }];
