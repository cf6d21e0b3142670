import type { PoolClient } from 'pg';

import type { StoreCounts } from '#events';

import type { StateChange } from './fence.js';
import { lockFamilies, relink } from './relink.js';

const nothing: StoreCounts = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };

/**
 * Brings ingestions into new states: those that become live are made visible, the others lose their rows and leave a
 * tombstone. Answers what was removed, in the order of the changes. The documents have to be locked.
 */
export async function changeStates(client: PoolClient, changes: readonly StateChange[]): Promise<StoreCounts[]> {
  if (changes.length === 0) return [];
  const buried = changes.filter(({ state }) => state !== 'live');
  const promoted = changes.filter(({ state }) => state === 'live');
  const idsOf = (some: readonly StateChange[]) => some.map(({ ref }) => ref.ingestionId);
  const families = await lockFamilies(client, idsOf(promoted), idsOf(buried));
  const removed = buried.length === 0 ? new Map<string, StoreCounts>() : await bury(client, buried);
  if (promoted.length > 0) await makeLive(client, promoted);
  await relink(client, families);
  return changes.map(({ ref }) => removed.get(ref.ingestionId) ?? nothing);
}

async function bury(client: PoolClient, changes: readonly StateChange[]): Promise<Map<string, StoreCounts>> {
  const ids = changes.map(({ ref }) => ref.ingestionId);
  await client.query(
    `INSERT INTO penstock.store_ingestions (ingestion_id, namespace, document_id, version, state)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[]) ORDER BY 1
     ON CONFLICT (ingestion_id) DO UPDATE SET state = excluded.state, changed_at = now(), live_at = NULL,
       title = NULL, source = NULL, location = NULL, media_type = NULL, metadata = NULL, sha256 = NULL,
       size_bytes = NULL, chunk_count = NULL, submitted_at = NULL`,
    [
      ids,
      changes.map(({ ref }) => ref.namespace),
      changes.map(({ ref }) => ref.documentId),
      changes.map(({ ref }) => ref.version),
      changes.map(({ state }) => state),
    ],
  );
  await client.query(
    `UPDATE penstock.store_documents SET live_ingestion_id = NULL, live_version = NULL
     WHERE live_ingestion_id = ANY($1::uuid[])
       AND (namespace, document_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [ids, changes.map(({ ref }) => ref.namespace), changes.map(({ ref }) => ref.documentId)],
  );
  return removeRows(client, ids);
}

/** All tables in one statement and round trip. */
export async function removeRows(client: PoolClient, ids: readonly string[]): Promise<Map<string, StoreCounts>> {
  const { rows } = await client.query<StoreCounts & { id: string }>(
    `WITH given AS (SELECT unnest($1::uuid[]) AS id),
       gone_chunks AS (DELETE FROM penstock.store_chunks WHERE ingestion_id = ANY($1) RETURNING ingestion_id AS id, part),
       gone_entities AS (DELETE FROM penstock.store_entities WHERE ingestion_id = ANY($1) RETURNING ingestion_id AS id),
       gone_claims AS (DELETE FROM penstock.store_name_claims WHERE ingestion_id = ANY($1)),
       gone_mentions AS (DELETE FROM penstock.store_mentions WHERE ingestion_id = ANY($1) RETURNING ingestion_id AS id),
       gone_facts AS (DELETE FROM penstock.store_facts WHERE ingestion_id = ANY($1) RETURNING ingestion_id AS id),
       gone_records AS (DELETE FROM penstock.store_records WHERE ingestion_id = ANY($1))
     SELECT id,
       (SELECT count(DISTINCT part) FROM gone_chunks g WHERE g.id = given.id) AS parts,
       (SELECT count(*) FROM gone_chunks g WHERE g.id = given.id) AS chunks,
       (SELECT count(*) FROM gone_entities g WHERE g.id = given.id) AS entities,
       (SELECT count(*) FROM gone_facts g WHERE g.id = given.id) AS facts,
       (SELECT count(*) FROM gone_mentions g WHERE g.id = given.id) AS mentions
     FROM given`,
    [ids],
  );
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** After the burials: the old version has to be gone from the index that allows one live ingestion a document. */
async function makeLive(client: PoolClient, changes: readonly StateChange[]): Promise<void> {
  const ids = changes.map(({ ref }) => ref.ingestionId);
  await client.query(
    `UPDATE penstock.store_ingestions SET state = 'live', live_at = now(), changed_at = now()
     WHERE ingestion_id = ANY($1::uuid[])`,
    [ids],
  );
  await client.query(
    `UPDATE penstock.store_documents d SET live_ingestion_id = i.ingestion_id, live_version = i.version
     FROM penstock.store_ingestions i
     WHERE i.ingestion_id = ANY($1::uuid[]) AND d.namespace = i.namespace AND d.document_id = i.document_id`,
    [ids],
  );
}
