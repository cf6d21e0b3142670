import type { Migration } from '#database';

/**
 * Where the reading of an account stands; conversations that have to be looked at; and the messages whose documents
 * were submitted, each with what it said then. A message that is submitted again after it was gone, or with another
 * content, is a new generation.
 */
const createTables = `
CREATE TABLE penstock.front_cursors (
  namespace text PRIMARY KEY,
  crawl_next text,
  crawled_at timestamptz,
  events_after double precision NOT NULL
);
CREATE TABLE penstock.front_changes (
  namespace text NOT NULL,
  conversation_id text NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts int NOT NULL DEFAULT 0,
  given_up text,
  PRIMARY KEY (namespace, conversation_id)
);
CREATE INDEX front_changes_waiting ON penstock.front_changes (namespace, attempts, noted_at) WHERE given_up IS NULL;
CREATE TABLE penstock.front_messages (
  namespace text NOT NULL,
  message_id text NOT NULL,
  conversation_id text NOT NULL,
  digest text NOT NULL,
  generation int NOT NULL,
  gone boolean NOT NULL DEFAULT false,
  PRIMARY KEY (namespace, message_id)
);
CREATE INDEX front_messages_by_conversation ON penstock.front_messages (namespace, conversation_id)`;

/** Whoever looks at a conversation claims it, so that one who stood still meanwhile can be told from the next. */
const tellClaims = 'ALTER TABLE penstock.front_changes ADD COLUMN claim uuid';

/** Who notes the pages of the list is told from who goes on with one that is to be read again. */
const countCrawls = 'ALTER TABLE penstock.front_cursors ADD COLUMN crawl int NOT NULL DEFAULT 0';

export const frontMigrations: readonly Migration[] = [
  { name: '2026-11-28-front', sql: createTables },
  { name: '2026-11-29-front-claims', sql: tellClaims },
  { name: '2026-11-30-front-crawls', sql: countCrawls },
];
