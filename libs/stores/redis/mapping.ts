import type { DocumentEmbedded, DocumentRef, EmbeddedChunk } from '#events';
import { knownOrigin, type StoredChunk, type StoredDocument } from '#stores/port';

type Head = Omit<StoredDocument, 'chunks' | 'liveAt'>;

/** Names and values of the document's hash, in turn; null has no field. `live_at` is left to the script. */
export function hashFields(head: Head): string[] {
  const fields: Record<string, string | number | null> = {
    document_id: head.documentId,
    namespace: head.namespace,
    ingestion_id: head.ingestionId,
    version: head.version,
    title: head.title,
    source: head.source,
    location: head.location,
    media_type: head.mediaType,
    metadata: JSON.stringify(head.metadata),
    chunk_count: head.chunkCount,
  };
  return Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [name, String(value)]));
}

/** A chunk of an event as a store shows it. */
function storedChunk(chunk: EmbeddedChunk): StoredChunk {
  return { ...chunk, origin: chunk.origin === null ? null : knownOrigin(chunk.origin) };
}

/** An element of the chunk list. */
export function chunkJson(chunk: StoredChunk): string {
  const { seq, text, tokenCount, chunkId, startOffset, endOffset, headingPath, origin } = chunk;
  return JSON.stringify({
    ...{ seq, text, token_count: tokenCount, chunk_id: chunkId, start_offset: startOffset, end_offset: endOffset },
    ...{ heading_path: headingPath, origin },
  });
}

function cachedChunk(json: string): StoredChunk {
  const chunk = JSON.parse(json) as Record<string, unknown> & Pick<StoredChunk, 'seq' | 'text' | 'origin'>;
  const { seq, text, origin } = chunk;
  return {
    ...{ seq, text, tokenCount: Number(chunk['token_count']), chunkId: String(chunk['chunk_id']) },
    ...{ startOffset: Number(chunk['start_offset']), endOffset: Number(chunk['end_offset']) },
    headingPath: chunk['heading_path'] as string[],
    origin,
  };
}

/** Names and values of the pending hash: what promotion needs to build hash and list, under prefixed names. */
export function pendingFields(parts: readonly DocumentEmbedded[]): string[] {
  const [first] = parts;
  const head = first === undefined ? [] : hashFields(first);
  return [
    ...head.map((text, index) => (index % 2 === 0 ? `document:${text}` : text)),
    ...parts.flatMap(({ part }) => [`part:${part}`, '']),
    ...parts.flatMap(({ chunks }) => chunks.flatMap((chunk) => [`chunk:${chunk.seq}`, chunkJson(storedChunk(chunk))])),
  ];
}

/** The document that hash and list hold; undefined if they do not hold all of it, which is a cache miss. */
export function cachedDocument(
  { namespace, documentId }: DocumentRef,
  hash: Readonly<Record<string, string>>,
  list: readonly string[],
): StoredDocument | undefined {
  const chunkCount = Number(hash['chunk_count']);
  if (hash['ingestion_id'] === undefined || chunkCount !== list.length) return undefined;
  return {
    namespace,
    documentId,
    ingestionId: hash['ingestion_id'],
    version: Number(hash['version']),
    title: hash['title'] ?? null,
    source: hash['source'] ?? '',
    location: hash['location'] ?? null,
    mediaType: hash['media_type'] ?? '',
    metadata: JSON.parse(hash['metadata'] ?? '{}') as Record<string, string>,
    chunkCount,
    liveAt: Number(hash['live_at']),
    chunks: list.map(cachedChunk),
  };
}
