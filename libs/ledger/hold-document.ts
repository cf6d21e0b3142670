import type { ClientBase } from 'pg';

import type { DocumentRef } from '#events';

const lockDocument = 'SELECT FROM penstock.documents WHERE namespace = $1 AND document_id = $2 FOR UPDATE';
const lockDocumentOf = `
SELECT FROM penstock.documents JOIN penstock.ingestions USING (namespace, document_id)
WHERE ingestion_id = $1 FOR UPDATE OF documents`;
/** A row that is there is locked before the condition is looked at, and so never written. */
const lockDocuments = `
INSERT INTO penstock.documents AS held (namespace, document_id, last_version)
SELECT DISTINCT namespace, document_id, 0 FROM unnest($1::text[], $2::text[]) AS given (namespace, document_id)
ORDER BY 1, 2
ON CONFLICT (namespace, document_id) DO UPDATE SET last_version = held.last_version WHERE false`;

/**
 * Holds back new versions and retractions of a document, and all else that the ledger says of it, until the transaction
 * ends. What is said of the document by the outbox under this lock is on the log in the order of the commits. It comes
 * before any lock on an ingestion of the document, or two transactions would wait for one another in a circle.
 */
export async function holdDocument(client: ClientBase, { namespace, documentId }: DocumentRef): Promise<void> {
  await client.query(lockDocument, [namespace, documentId]);
}

/** The same, by one of the document's ingestions. */
export async function holdDocumentOf(client: ClientBase, ingestionId: string): Promise<void> {
  await client.query(lockDocumentOf, [ingestionId]);
}

/**
 * The same for many at once, in one order for everybody. One that was never admitted here is entered without a version:
 * without the row there is no lock.
 */
export async function holdDocuments(client: ClientBase, documents: readonly DocumentRef[]): Promise<void> {
  await client.query(lockDocuments, [
    documents.map(({ namespace }) => namespace),
    documents.map(({ documentId }) => documentId),
  ]);
}
