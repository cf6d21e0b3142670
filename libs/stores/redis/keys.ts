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

const escapedEnd = /%(?:25)*3Achunks$/;

/** The document whose hash or list has the key; undefined for a key of another kind. The inverse of the above. */
export function documentOfKey(key: string): { readonly document: DocumentRef; readonly isList: boolean } | undefined {
  const match = /^penstock:([^:]+):document:(.+)$/s.exec(key);
  const [, namespace, rest] = match ?? [];
  if (namespace === undefined || rest === undefined) return undefined;
  const isList = rest.endsWith(':chunks');
  const escaped = isList ? rest.slice(0, -':chunks'.length) : rest;
  const documentId = escaped.replace(escapedEnd, (end) =>
    end.startsWith('%25') ? end.replace('%25', '%') : end.replace('%3A', ':'),
  );
  return { document: { namespace, documentId }, isList };
}

/** Marker or tombstone of an ingestion; the scripts build the same key for the ingestions they replace. */
export const ingestionStatePrefix = 'penstock-state:';

/** The ingestion while nobody may see it. */
export const pendingPrefix = 'penstock-pending:';

/** What is remembered of a document. A namespace has no colon and an ingestionId neither, so no two keys meet. */
export function documentStateKey({ namespace, documentId }: DocumentRef): string {
  return `${ingestionStatePrefix}${namespace}:${documentId}`;
}

/** The keys of every script, in the order that its Lua names them. */
export function scriptKeys(ref: Omit<IngestionRef, 'version'>): string[] {
  const { hash, chunks } = documentCacheKeys(ref);
  return [
    `${ingestionStatePrefix}${ref.ingestionId}`,
    documentStateKey(ref),
    `${pendingPrefix}${ref.ingestionId}`,
    hash,
    chunks,
  ];
}

/** First argument of every script: whose ingestion it is. */
export function owner(ref: DocumentRef): string {
  return documentKey(ref);
}
