import type { Redis } from 'ioredis';

import { documentKey, type DocumentRef } from '#events';
import {
  chunkLine,
  documentLine,
  metadataDigest,
  placeLine,
  PieceTally,
  type DocumentHoldings,
  type DocumentQuestion,
  type Holding,
} from '#stores/auditor';
import type { IngestionState } from '#stores/port';

import { documentCacheKeys, documentStateKey, ingestionStatePrefix, pendingPrefix } from './keys.js';
import { repliesOf } from './replies-of.js';

type Hash = Readonly<Record<string, string>>;

/** Chunks that are read at a time; a chunk is a few kilobytes. */
const pageSize = 100;
/** A document that is replaced while its pages are read is read anew; the audit looks twice at what it finds. */
const triesMax = 3;

/** What the cache and its bookkeeping hold of a document; chunks are counted as they come and not kept. */
export async function inspectDocument(
  redis: Redis,
  { namespace, documentId, ingestionIds }: DocumentQuestion,
): Promise<DocumentHoldings> {
  const document = { namespace, documentId };
  const { marker, fields, cached } = await readCached(redis, document);
  const cachedId = cached === undefined ? undefined : (fields['ingestion_id'] ?? '');
  const liveIngestion = marker['live_ingestion'];
  const pending = Object.keys(marker).flatMap((name) => /^pending:(.*)$/s.exec(name)?.[1] ?? []);
  const ids = new Set([...pending, ...ingestionIds]);
  for (const id of [cachedId, liveIngestion]) if (id !== undefined) ids.add(id);
  const holdings: Holding[] = [];
  for (const ingestionId of ids) {
    const { state, isPending } = await remembered(redis, ingestionId, document);
    const visible = ingestionId === cachedId && cached !== undefined ? cached.pieces() : {};
    holdings.push({ ingestionId, state, visible, hidden: isPending ? { parts: { count: 1 } } : {} });
  }
  return { document, liveIngestion, holdings };
}

interface Cached {
  readonly marker: Hash;
  readonly fields: Hash;
  /** A list without its hash, or a hash without its list, is something too. */
  readonly cached: PieceTally | undefined;
}

async function readCached(redis: Redis, document: DocumentRef, triesLeft = triesMax): Promise<Cached> {
  const { hash, chunks } = documentCacheKeys(document);
  const head = redis
    .multi()
    .hgetall(documentStateKey(document))
    .hgetall(hash)
    .lrange(chunks, 0, pageSize - 1);
  const [marker, fields, first] = (await repliesOf(head.exec())) as [Hash, Hash, string[]];
  const tally = new PieceTally();
  const hasHash = Object.keys(fields).length > 0;
  if (hasHash) {
    tally.add('documents', documentLineOf(fields));
    tally.addCopy('metadata', metadataDigestOf(fields));
  }
  for (const json of first) addChunk(tally, json);
  let count = first.length;
  for (let read = first.length; read === pageSize; count += read) {
    const page = redis
      .multi()
      .hget(hash, 'ingestion_id')
      .lrange(chunks, count, count + pageSize - 1);
    const [ingestionId, list] = (await repliesOf(page.exec())) as [string | null, string[]];
    const isSame = (ingestionId ?? undefined) === fields['ingestion_id'];
    if (!isSame && triesLeft > 1) return readCached(redis, document, triesLeft - 1);
    for (const json of list) addChunk(tally, json);
    read = list.length;
  }
  return { marker, fields, cached: hasHash || count > 0 ? tally : undefined };
}

function documentLineOf(fields: Hash): string {
  const { title = null, source = '', location = null, media_type: mediaType = '' } = fields;
  return documentLine({ title, source, location, mediaType });
}

function metadataDigestOf({ metadata = '{}' }: Hash): string {
  try {
    return metadataDigest(JSON.parse(metadata));
  } catch {
    // It is none any more, and so differs from what the other stores have.
    return metadataDigest(metadata);
  }
}

function addChunk(tally: PieceTally, json: string): void {
  try {
    const chunk = JSON.parse(json) as Readonly<Record<string, unknown>>;
    const { seq, chunk_id: id, text, start_offset: start, end_offset: end, heading_path: headingPath, origin } = chunk;
    const place = { seq: Number(seq), startOffset: Number(start), endOffset: Number(end), headingPath, origin };
    tally.add('chunks', chunkLine(place.seq, String(id), String(text)));
    tally.add('places', placeLine(place));
  } catch {
    // Whatever it is, it is no chunk, and so differs from what the other stores have.
    for (const kind of ['chunks', 'places'] as const) tally.add(kind, json);
  }
}

async function remembered(
  redis: Redis,
  ingestionId: string,
  document: DocumentRef,
): Promise<{ readonly state: IngestionState | undefined; readonly isPending: boolean }> {
  const [state, owner] = await redis.hmget(`${ingestionStatePrefix}${ingestionId}`, 'state', 'document');
  const [namespace, documentId] = await redis.hmget(
    `${pendingPrefix}${ingestionId}`,
    'document:namespace',
    'document:document_id',
  );
  const isOwn = owner === documentKey(document);
  return {
    state: isOwn ? ((state ?? undefined) as IngestionState | undefined) : undefined,
    isPending: namespace === document.namespace && documentId === document.documentId,
  };
}
