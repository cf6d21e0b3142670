import { topics } from '#events';

import { outboxViolations, type Announcement } from '../checker/index.js';
import type { SeenRecord } from './read-topics.js';
import type { StoreContents } from './store-contents.js';

/** Copies each row that enters the outbox in its own transaction: the copy is there if and only if the row was. */
const recordRows = `
CREATE SCHEMA IF NOT EXISTS chaos;
CREATE TABLE IF NOT EXISTS chaos.announced (id bigint PRIMARY KEY, event_id text, topic text, key text, sayer text);
CREATE OR REPLACE FUNCTION chaos.announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chaos.announced VALUES (NEW.id, NEW.event_id::text, NEW.topic, NEW.key, NEW.headers->>'ce_source');
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER announce AFTER INSERT ON penstock.outbox FOR EACH ROW EXECUTE FUNCTION chaos.announce()`;

/** What nobody but the outbox says; other events of the same topics come straight from a stage. */
const onlyFromOutbox = new Set(['DocumentSubmitted', 'DocumentRetracted', 'IngestionConcluded']);

const writerPostgres = '/penstock/writer-postgres';

/** From now on it is known what was committed to the outbox. */
export async function recordOutbox(contents: StoreContents): Promise<void> {
  await contents.sql(recordRows);
}

/** I11: what was committed to the outbox since the trial began is what the topics hold, in that order per document. */
export async function outboxDifferences(
  contents: StoreContents,
  namespaces: readonly string[],
  published: readonly (SeenRecord & { readonly type: string })[],
): Promise<string[]> {
  const rows = await contents.sql<{ event_id: string; topic: string; key: string; sayer: string }>(
    `SELECT event_id, topic, key, sayer FROM chaos.announced WHERE split_part(key, '/', 1) = ANY($1) ORDER BY id`,
    [namespaces],
  );
  const committed = firsts(rows.map(({ event_id: id, ...said }) => ({ id, key: orderOf(said) })));
  const known = new Set(committed.map(({ id }) => id));
  const said = published.flatMap(({ topic, key, headers, type }): Announcement[] => {
    const { ce_id: id, ce_source: sayer } = headers;
    if (id === undefined || topic === topics.deadLetter.name) return [];
    return known.has(id) || onlyFromOutbox.has(type) ? [{ id, key: orderOf({ topic, key, sayer }) }] : [];
  });
  return outboxViolations(committed, said);
}

/**
 * Order is promised per topic and document: topics are read by different roles. The PostgreSQL writer holds a document
 * in its store and not in the ledger, so that the order of its rows says nothing about that of the others' commits.
 */
function orderOf({ topic, key, sayer }: { topic: string; key: string; sayer: string | undefined }): string {
  return sayer === writerPostgres ? `${topic} ${key} ${sayer}` : `${topic} ${key}`;
}

/** One event may be announced by more than one transaction, e.g. when a batch is handled again. */
function firsts(announcements: readonly Announcement[]): Announcement[] {
  const seen = new Set<string>();
  return announcements.filter(({ id }) => !seen.has(id) && seen.add(id) !== undefined);
}
