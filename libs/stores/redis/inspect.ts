import type { Redis } from 'ioredis';

import { documentKey, type DocumentRef } from '#events';
import { chunkLine, PieceTally, type DocumentHoldings, type DocumentQuestion, type Holding } from '#stores/auditor';
import type { IngestionState } from '#stores/port';

import { documentCacheKeys, documentStateKey, ingestionStatePrefix, pendingPrefix } from './keys.js';

type Hash = Readonly<Record<string, string>>;

/** What the cache and its bookkeeping hold of a document. A cached document is in memory while it is counted. */
export async function inspectDocument(
  redis: Redis,
  { namespace, documentId, ingestionIds }: DocumentQuestion,
): Promise<DocumentHoldings> {
  const document = { namespace, documentId };
  const { hash, chunks } = documentCacheKeys(document);
  const replies = await redis.multi().hgetall(documentStateKey(document)).hgetall(hash).lrange(chunks, 0, -1).exec();
  const [marker, fields, list] = (replies ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  }) as [Hash, Hash, string[]];
  const cached = cachedPieces(fields, list);
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

/** A list without its hash, or a hash without its list, is something too. */
function cachedPieces(fields: Hash, list: readonly string[]): PieceTally | undefined {
  const hasHash = Object.keys(fields).length > 0;
  if (!hasHash && list.length === 0) return undefined;
  const tally = new PieceTally();
  if (hasHash) tally.add('documents');
  for (const json of list) tally.add('chunks', lineOf(json));
  return tally;
}

function lineOf(json: string): string {
  try {
    const chunk = JSON.parse(json) as { seq?: unknown; chunk_id?: unknown; text?: unknown };
    return chunkLine(Number(chunk.seq), String(chunk.chunk_id), String(chunk.text));
  } catch {
    // Whatever it is, it is no chunk, and so differs from what the other stores have.
    return json;
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
