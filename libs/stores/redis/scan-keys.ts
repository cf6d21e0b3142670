import type { Redis } from 'ioredis';

import { documentKey, parseDocumentKey } from '#events';
import type { FoundIngestion, Page, Tombstone } from '#stores/auditor';

import { documentCacheKeys, documentOfKey, ingestionStatePrefix, pendingPrefix } from './keys.js';

const noExpiry = -1;

/** Documents in the cache and pending ingestions, in the server's own order; a key may come twice. */
export async function scanIngestions(
  redis: Redis,
  cursor: string | undefined,
  limit: number,
): Promise<Page<FoundIngestion>> {
  const { keys, next } = await scanKeys(redis, 'penstock*', cursor, limit);
  const found = await Promise.all(keys.map((key) => foundAt(redis, key)));
  return { items: found.filter((one) => one !== undefined), next };
}

async function foundAt(redis: Redis, key: string): Promise<FoundIngestion | undefined> {
  if (key.startsWith(pendingPrefix)) {
    const ingestionId = key.slice(pendingPrefix.length);
    const [namespace, documentId] = await redis.hmget(key, 'document:namespace', 'document:document_id');
    const isKnown = typeof namespace === 'string' && typeof documentId === 'string';
    return { ingestionId, document: isKnown ? { namespace, documentId } : undefined };
  }
  const entry = documentOfKey(key);
  if (entry === undefined) return undefined;
  const { document, isList } = entry;
  if (!isList) return { ingestionId: (await redis.hget(key, 'ingestion_id')) ?? '', document };
  const hasHash = (await redis.exists(documentCacheKeys(document).hash)) === 1;
  return hasHash ? undefined : { ingestionId: '', document };
}

/** Every marker has a time to live and goes by itself: one without would stay for ever, whatever its age. */
export async function readTombstones(
  redis: Redis,
  { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
): Promise<Page<Tombstone>> {
  const { keys, next } = await scanKeys(redis, `${ingestionStatePrefix}*`, cursor, limit);
  const items = await Promise.all(
    keys.map(async (key): Promise<Tombstone | undefined> => {
      if ((await redis.pttl(key)) !== noExpiry) return undefined;
      return tombstoneAt(key.slice(ingestionStatePrefix.length), await redis.hget(key, 'document'));
    }),
  );
  return { items: items.filter((one) => one !== undefined), next };
}

/** A document's key names it as `namespace:documentId`; an ingestion's says whose it is in a field. */
function tombstoneAt(name: string, owner: string | null): Tombstone {
  if (owner !== null) return { document: parseDocumentKey(owner), ingestionId: name };
  return { document: parseDocumentKey(name.replace(':', '/')), ingestionId: undefined };
}

/** The time to live that the marker should have had begins now. */
export async function expireMarkers(
  redis: Redis,
  tombstones: readonly Tombstone[],
  tombstoneTtlMs: number,
): Promise<number> {
  let mended = 0;
  for (const { document, ingestionId } of tombstones) {
    const name = ingestionId ?? documentKey(document).replace('/', ':');
    mended += await redis.pexpire(`${ingestionStatePrefix}${name}`, tombstoneTtlMs, 'NX');
  }
  return mended;
}

async function scanKeys(
  redis: Redis,
  pattern: string,
  cursor: string | undefined,
  limit: number,
): Promise<{ readonly keys: readonly string[]; readonly next: string | undefined }> {
  const [next, keys] = await redis.scan(cursor ?? '0', 'MATCH', pattern, 'COUNT', limit);
  return { keys, next: next === '0' ? undefined : next };
}
