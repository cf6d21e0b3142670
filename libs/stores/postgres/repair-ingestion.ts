import type { PoolClient } from 'pg';

import { documentKey } from '#events';
import { tombstoneAfter, type FoundIngestion, type PieceKind } from '#stores/auditor';
import { isNewer, type IngestionRef } from '#stores/port';

import { changeStates, removeRows } from './change-states.js';
import { lockIngestions } from './lock-documents.js';
import { lockFamilies, relink } from './relink.js';

/** Removes all rows of an ingestion that ended; rows whose document nobody knows go without a tombstone. */
export async function discardIngestion(client: PoolClient, { ingestionId, document }: FoundIngestion): Promise<void> {
  if (document === undefined) {
    await removeRows(client, [ingestionId]);
    return;
  }
  const ref = { ...document, ingestionId, version: 0 };
  const fence = await lockIngestions(client, [ref]);
  if (fence.foreign !== undefined) return;
  await changeStates(client, [{ ref, state: tombstoneAfter(fence.states.get(ingestionId)) }]);
}

/** What a document claims of its names stays: other documents are live by now, so nobody could make it again. */
const tablesOf: Readonly<Partial<Record<PieceKind, readonly string[]>>> = {
  chunks: ['store_chunks'],
  places: ['store_chunks'],
  entities: ['store_entities'],
  mentions: ['store_mentions'],
  facts: ['store_facts'],
  records: ['store_records'],
};

/** Takes an ingestion out of sight so that it can be written and promoted anew. The document's row is the fence. */
export async function reopenIngestion(
  client: PoolClient,
  ref: IngestionRef,
  kinds: readonly PieceKind[],
): Promise<boolean> {
  const { markers, foreign } = await lockIngestions(client, [ref]);
  const marker = markers.get(documentKey(ref));
  const isLater = marker?.live !== undefined && isNewer(marker.live, ref);
  if (foreign !== undefined || isLater || (marker?.retractedThrough ?? 0) >= ref.version) return false;
  const families = await lockFamilies(client, [], [ref.ingestionId]);
  await client.query(
    `UPDATE penstock.store_documents SET live_ingestion_id = NULL, live_version = NULL
     WHERE namespace = $1 AND document_id = $2 AND live_ingestion_id = $3`,
    [ref.namespace, ref.documentId, ref.ingestionId],
  );
  // What the row says of the document is written with the first part; the document's row goes on being the fence.
  if (kinds.includes('documents') || kinds.includes('metadata')) {
    await client.query('DELETE FROM penstock.store_ingestions WHERE ingestion_id = $1', [ref.ingestionId]);
  }
  await client.query(
    `UPDATE penstock.store_ingestions SET state = 'pending', live_at = NULL, changed_at = now() WHERE ingestion_id = $1`,
    [ref.ingestionId],
  );
  for (const table of kinds.flatMap((kind) => tablesOf[kind] ?? [])) {
    await client.query(`DELETE FROM penstock.${table} WHERE ingestion_id = $1`, [ref.ingestionId]);
  }
  await relink(client, families);
  return true;
}
