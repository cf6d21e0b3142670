import type { Pool, PoolClient } from 'pg';

import type { Page, Tombstone } from '#stores/auditor';

/** Where a page begins: among the ingestions first, then among the documents. */
interface Position {
  readonly ingestionId?: string;
  readonly namespace?: string;
  readonly documentId?: string;
}

const selectIngestions = `
SELECT ingestion_id AS "ingestionId", namespace, document_id AS "documentId" FROM penstock.store_ingestions
WHERE state NOT IN ('pending', 'live') AND changed_at < to_timestamp($1::float8 / 1000) AND ingestion_id > $2
ORDER BY ingestion_id LIMIT $3`;

/** A retraction is remembered for as long as an ingestion's tombstone; the row itself is of no use without either. */
const isIdle = `
  d.live_ingestion_id IS NULL AND d.touched_at < to_timestamp($1::float8 / 1000) AND NOT EXISTS (
    SELECT FROM penstock.store_ingestions i WHERE i.namespace = d.namespace AND i.document_id = d.document_id)`;
const selectDocuments = `
SELECT namespace, document_id AS "documentId" FROM penstock.store_documents d
WHERE (namespace, document_id) > ($2, $3) AND ${isIdle} ORDER BY namespace, document_id LIMIT $4`;

const nil = '00000000-0000-0000-0000-000000000000';

/** Tombstones that were set before a time, page by page. */
export async function readTombstones(
  pool: Pool,
  beforeMs: number,
  cursor: string | undefined,
  limit: number,
): Promise<Page<Tombstone>> {
  const at = (cursor === undefined ? {} : JSON.parse(cursor)) as Position;
  if (at.namespace === undefined) {
    const { rows } = await pool.query<{ ingestionId: string; namespace: string; documentId: string }>(
      selectIngestions,
      [beforeMs, at.ingestionId ?? nil, limit],
    );
    const last = rows.length < limit ? { namespace: '', documentId: '' } : { ingestionId: rows.at(-1)?.ingestionId };
    const items = rows.map(({ ingestionId, ...document }) => ({ document, ingestionId }));
    return { items, next: JSON.stringify(last) };
  }
  const { rows } = await pool.query<{ namespace: string; documentId: string }>(selectDocuments, [
    beforeMs,
    at.namespace,
    at.documentId,
    limit,
  ]);
  const items = rows.map((document) => ({ document, ingestionId: undefined }));
  return { items, next: rows.length < limit ? undefined : JSON.stringify(rows.at(-1)) };
}

/** Both conditions are looked at again: a document's row is locked by whoever changes anything of it. */
export async function forgetTombstones(
  client: PoolClient,
  tombstones: readonly Tombstone[],
  beforeMs: number,
): Promise<number> {
  const ids = tombstones.flatMap(({ ingestionId }) => ingestionId ?? []);
  const documents = tombstones.filter(({ ingestionId }) => ingestionId === undefined).map(({ document }) => document);
  const ingestions = await client.query(
    `DELETE FROM penstock.store_ingestions WHERE ingestion_id = ANY($2::uuid[])
       AND state NOT IN ('pending', 'live') AND changed_at < to_timestamp($1::float8 / 1000)`,
    [beforeMs, ids],
  );
  const given = [documents.map(({ namespace }) => namespace), documents.map(({ documentId }) => documentId)];
  await client.query(
    `SELECT FROM penstock.store_documents WHERE (namespace, document_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY namespace, document_id FOR UPDATE`,
    given,
  );
  const rows = await client.query(
    `DELETE FROM penstock.store_documents d
     WHERE (namespace, document_id) IN (SELECT * FROM unnest($2::text[], $3::text[])) AND ${isIdle}`,
    [beforeMs, ...given],
  );
  return (ingestions.rowCount ?? 0) + (rows.rowCount ?? 0);
}
