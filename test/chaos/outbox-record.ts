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
  // Order is promised per topic, document and role: topics are read by different roles, and transactions of two roles
  // stand behind one another on no lock, so that the order of their rows says nothing about that of their commits.
  const committed = firsts(
    rows.map(({ event_id: id, topic, key, sayer }) => ({ id, key: `${topic} ${key} ${sayer}` })),
  );
  const known = new Set(committed.map(({ id }) => id));
  const said = published.flatMap(({ topic, key, headers, type }): Announcement[] => {
    const id = headers['ce_id'];
    if (id === undefined || topic === topics.deadLetter.name) return [];
    return known.has(id) || onlyFromOutbox.has(type) ? [{ id, key: `${topic} ${key} ${headers['ce_source']}` }] : [];
  });
  return outboxViolations(committed, said);
}

/** One event may be announced by more than one transaction, e.g. when a batch is handled again. */
function firsts(announcements: readonly Announcement[]): Announcement[] {
  const seen = new Set<string>();
  return announcements.filter(({ id }) => !seen.has(id) && seen.add(id) !== undefined);
}
