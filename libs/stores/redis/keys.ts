import { documentKey, type DocumentRef } from '#events';
import type { IngestionRef } from '#stores/port';

/** A documentId that ends like the key of a chunk list, or like the escaped form of one. */
const endsLikeChunks = /(?::|%(?:25)*3A)chunks$/;

/**
 * The keys users read: `penstock:{namespace}:document:{documentId}` (hash) and the same with `:chunks` (list).
 * Only a documentId that ends in `:chunks` (or `%3Achunks`, `%253Achunks` and so on) is not written as it is: its last
 * separator is percent-encoded once more, so that no document's hash can be another document's list. A namespace has no
 * colon, so the rest of the key is unambiguous.
 */
export function documentCacheKeys({ namespace, documentId }: DocumentRef): { hash: string; chunks: string } {
  const escaped = documentId.replace(endsLikeChunks, (end) => end.replace('%', '%25').replace(':', '%3A'));
  const hash = `penstock:${namespace}:document:${escaped}`;
  return { hash, chunks: `${hash}:chunks` };
}

/** Marker or tombstone of an ingestion; the scripts build the same key for the ingestions they replace. */
export const ingestionStatePrefix = 'penstock-state:';

/** The ingestion while nobody may see it. */
export const pendingPrefix = 'penstock-pending:';

/** The keys of every script, in the order that its Lua names them. */
export function scriptKeys(ref: Omit<IngestionRef, 'version'>): string[] {
  const { hash, chunks } = documentCacheKeys(ref);
  const documentState = `${ingestionStatePrefix}${ref.namespace}:${ref.documentId}`;
  return [
    `${ingestionStatePrefix}${ref.ingestionId}`,
    documentState,
    `${pendingPrefix}${ref.ingestionId}`,
    hash,
    chunks,
  ];
}

/** First argument of every script: whose ingestion it is. */
export function owner(ref: DocumentRef): string {
  return documentKey(ref);
}
