import type { Migration } from '#database';

/**
 * `value`, `key` and `headers` (pairs of name and base64) are the original's, byte for byte. `seq` is the order of
 * arrival; lists walk along it, and what is too much is cut off at its low end.
 */
const createDeadLetters = `
CREATE TABLE penstock.dead_letters (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  namespace text,
  document_id text,
  ingestion_id uuid,
  event text,
  stage text NOT NULL,
  topic text NOT NULL,
  source_partition int NOT NULL,
  source_offset bigint NOT NULL,
  key bytea,
  value bytea,
  headers jsonb NOT NULL,
  failure_type text NOT NULL,
  reason text NOT NULL,
  message text NOT NULL,
  attempts int NOT NULL,
  failed_at timestamptz NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  history jsonb NOT NULL DEFAULT '[]',
  replayed_at timestamptz,
  replay_ingestion_id uuid
);
CREATE INDEX dead_letters_by_document ON penstock.dead_letters (namespace, document_id, seq);
CREATE INDEX dead_letters_by_ingestion ON penstock.dead_letters (ingestion_id);
CREATE INDEX dead_letters_by_replay ON penstock.dead_letters (replay_ingestion_id);
CREATE INDEX dead_letters_by_age ON penstock.dead_letters (kept_at)`;

/** Bytes the value had before the rest was cut off; null for a letter that is whole. */
const tellCutLetters = 'ALTER TABLE penstock.dead_letters ADD COLUMN truncated_from_bytes int';

/** The janitor asks every half minute whose documents wait for money, of which most often none does. */
const findUnpaid = `
CREATE INDEX dead_letters_unpaid ON penstock.dead_letters (namespace)
  WHERE reason = 'budget-exhausted' AND replayed_at IS NULL`;

/** The table of dead letters. */
export const deadLettersMigrations: readonly Migration[] = [
  { name: '2026-11-24-dead-letters', sql: createDeadLetters },
  { name: '2026-11-28-dead-letters-truncated', sql: tellCutLetters },
  { name: '2026-11-29-dead-letters-unpaid', sql: findUnpaid },
];
