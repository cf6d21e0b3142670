import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { StoredDocument } from '#stores/port';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { documentCacheKeys, RedisDocumentCache, RedisStoreWriter } from './index.js';

const hourMs = 3_600_000;
const times = { ttlMs: hourMs, pendingTtlMs: 25 * hourMs, tombstoneTtlMs: 720 * hourMs };

/** Databases of one server that nothing else uses, one for each suite, empty to begin with. */
async function emptyDatabase(db: number): Promise<Redis> {
  const connection = new Redis(testStack().redis, { db });
  await connection.flushdb();
  return connection;
}

describe('the cache of documents', () => {
  const { signal } = new AbortController();
  let redis: Redis;
  let writer: RedisStoreWriter;
  let cache: RedisDocumentCache;
  const write = (parts: ReturnType<typeof built>) => writer.writePending({ parts, receipts: [], signal });
  const built = (namespace: string, version = 1) => anIngestion({ namespace, version }).withParts(2).build();
  const read = async (parts: ReturnType<typeof built>): Promise<StoredDocument> => {
    const document = await cache.read(ref(parts));
    if (document === undefined) throw new Error('the document is not in the cache');
    return document;
  };
  const evict = async (parts: ReturnType<typeof built>): Promise<void> => {
    const { hash, chunks } = documentCacheKeys(ref(parts));
    await redis.del(hash, chunks);
  };

  beforeAll(async () => {
    redis = await emptyDatabase(11);
    writer = new RedisStoreWriter(redis, times);
    cache = new RedisDocumentCache(redis, times);
  });

  afterAll(() => writer.close());

  it('reads a whole document and none of which chunks are missing', async () => {
    const parts = built('whole');
    await write(parts);
    await writer.promote([ref(parts)], signal);

    const document = await read(parts);
    expect(document).toMatchObject({
      ...ref(parts),
      title: 'Title of handbook',
      metadata: { team: 'docs' },
      chunkCount: 4,
    });
    expect(document.chunks.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    expect(document.liveAt).toBeGreaterThan(1_700_000_000_000);

    await redis.lpop(documentCacheKeys(ref(parts)).chunks);
    expect(await cache.read(ref(parts))).toBeUndefined();
  });

  it('is refilled with the live version after expiry', async () => {
    const parts = built('refill');
    await write(parts);
    await writer.promote([ref(parts)], signal);
    const document = await read(parts);
    await evict(parts);

    expect(await cache.refill(document)).toBe(true);

    expect(await read(parts)).toEqual(document);
  });

  it('is refilled after a flush that took the markers too', async () => {
    const parts = built('flushed');
    await write(parts);
    await writer.promote([ref(parts)], signal);
    const document = await read(parts);
    await redis.flushdb();

    expect(await cache.refill(document)).toBe(true);
    expect(await read(parts)).toEqual(document);
  });

  it('is not refilled with a version that was replaced, retracted or is still pending', async () => {
    const [v1, v2] = [built('stale'), built('stale', 2)];
    await write(v1);
    await writer.promote([ref(v1)], signal);
    const old = await read(v1);
    await write(v2);
    expect(await cache.refill({ ...old, ...ref(v2) })).toBe(false);
    await writer.promote([ref(v2)], signal);
    await evict(v2);

    expect(await cache.refill(old)).toBe(false);
    await writer.retract([ref(v2)], signal);
    expect(await cache.refill({ ...old, ...ref(v2) })).toBe(false);

    expect(await cache.read(ref(v1))).toBeUndefined();
  });

  it('is not refilled with an older version when only the cache still knows the newer one', async () => {
    const [v1, v2] = [built('older'), built('older', 2)];
    await write(v1);
    await writer.promote([ref(v1)], signal);
    const old = await read(v1);
    await write(v2);
    await writer.promote([ref(v2)], signal);
    await redis.del(await redis.keys('penstock-state:*'));

    expect(await cache.refill(old)).toBe(false);

    expect(await read(v2)).toMatchObject(ref(v2));
  });

  it('is not refilled with a version that this store has yet to promote', async () => {
    const [v1, v2] = [built('ahead'), built('ahead', 2)];
    await write(v1);
    await writer.promote([ref(v1)], signal);
    const live = await read(v1);

    expect(await cache.refill({ ...live, ...ref(v2) })).toBe(false);

    expect(await read(v1)).toEqual(live);
  });
});
