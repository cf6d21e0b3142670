import type { PoolClient } from 'pg';

import { documentKey } from '#events';
import type { IngestionRef, IngestionState } from '#stores/port';

import { fenceOf, type DocumentMarker, type Fence } from './fence.js';

type Document = Pick<IngestionRef, 'namespace' | 'documentId'>;

/**
 * Locks documents until the end of the transaction, again if a row was collected between its creation and its lock:
 * without the row there is no lock.
 */
export async function lockDocuments(
  client: PoolClient,
  documents: readonly Document[],
): Promise<Map<string, DocumentMarker>> {
  const wanted = new Set(documents.map(documentKey)).size;
  for (;;) {
    const markers = await createAndLock(client, documents);
    if (markers.size === wanted) return markers;
  }
}

/**
 * Locks documents, in one order for everyone so that nobody waits in a circle, and
 * creates the rows of those never seen. Every verb starts here, so a document's ingestions need no locks of their own.
 */
async function createAndLock(client: PoolClient, documents: readonly Document[]): Promise<Map<string, DocumentMarker>> {
  const values = [documents.map(({ namespace }) => namespace), documents.map(({ documentId }) => documentId)];
  await client.query(
    `INSERT INTO penstock.store_documents (namespace, document_id)
     SELECT DISTINCT namespace, document_id FROM unnest($1::text[], $2::text[]) AS given (namespace, document_id)
     ORDER BY namespace, document_id ON CONFLICT DO NOTHING`,
    values,
  );
  const { rows } = await client.query<{
    namespace: string;
    document_id: string;
    live_ingestion_id: string | null;
    live_version: number | null;
    retracted_through: number;
  }>(
    `SELECT namespace, document_id, live_ingestion_id, live_version, retracted_through
     FROM penstock.store_documents
     WHERE (namespace, document_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY namespace, document_id FOR NO KEY UPDATE`,
    values,
  );
  return new Map(
    rows.map((row) => {
      const { namespace, document_id: documentId, live_ingestion_id: ingestionId, live_version: version } = row;
      const live = ingestionId === null || version === null ? undefined : { ingestionId, version };
      const marker = { namespace, documentId, live, retractedThrough: row.retracted_through };
      return [documentKey(marker), marker];
    }),
  );
}

/**
 * The documents' markers and the states of ingestions, locked until the end of the transaction. States are read after
 * the locks are held: an earlier snapshot could miss what the previous holder did.
 */
export async function lockIngestions(client: PoolClient, refs: readonly IngestionRef[]): Promise<Fence> {
  const markers = await lockDocuments(client, refs);
  const { rows } = await client.query<{
    ingestion_id: string;
    namespace: string;
    document_id: string;
    state: IngestionState;
  }>(
    `SELECT ingestion_id, namespace, document_id, state FROM penstock.store_ingestions
     WHERE ingestion_id = ANY($1::uuid[])`,
    [refs.map(({ ingestionId }) => ingestionId)],
  );
  const known = rows.map((row) => ({
    ref: { ingestionId: row.ingestion_id, namespace: row.namespace, documentId: row.document_id },
    state: row.state,
  }));
  return fenceOf(markers, known, refs);
}
