import type { ClientBase } from 'pg';

import type { DocumentRef } from '#events';

const lockDocument = 'SELECT FROM penstock.documents WHERE namespace = $1 AND document_id = $2 FOR UPDATE';
const lockDocumentOf = `
SELECT FROM penstock.documents JOIN penstock.ingestions USING (namespace, document_id)
WHERE ingestion_id = $1 FOR UPDATE OF documents`;

/**
 * Holds back new versions and retractions of a document until the transaction ends. What is said of the document by the
 * outbox under this lock is on the log in the order of the commits.
 */
export async function holdDocument(client: ClientBase, { namespace, documentId }: DocumentRef): Promise<void> {
  await client.query(lockDocument, [namespace, documentId]);
}

/** The same, by one of the document's ingestions. */
export async function holdDocumentOf(client: ClientBase, ingestionId: string): Promise<void> {
  await client.query(lockDocumentOf, [ingestionId]);
}
