import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { TransientFailure } from '#failure';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { storeWriterContract, type LiveDocument } from '../store-writer.contract.js';
import { documentCacheKeys, RedisStoreWriter } from './index.js';

const hourMs = 3_600_000;
const times = { ttlMs: hourMs, pendingTtlMs: 25 * hourMs, tombstoneTtlMs: 720 * hourMs };

/** Databases of one server that nothing else uses, one for each suite, empty to begin with. */
async function emptyDatabase(db: number): Promise<Redis> {
  const connection = new Redis(testStack().redis, { db });
  await connection.flushdb();
  return connection;
}

async function keysLike(redis: Redis, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const found of redis.scanStream({ match: pattern, count: 1000 })) keys.push(...(found as string[]));
  return [...new Set(keys)].sort();
}

/** What a user finds who knows the two kinds of keys and nothing else. */
async function liveDocuments(redis: Redis, namespace: string): Promise<LiveDocument[]> {
  const documents: LiveDocument[] = [];
  for (const key of await keysLike(redis, `penstock:${namespace}:document:*`)) {
    if ((await redis.type(key)) !== 'hash') continue;
    const fields = await redis.hgetall(key);
    const chunks = await redis.lrange(`${key}:chunks`, 0, -1);
    documents.push({
      documentId: fields['document_id'] ?? '',
      ingestionId: fields['ingestion_id'] ?? '',
      chunkTexts: chunks.map((json) => (JSON.parse(json) as { text: string }).text),
    });
  }
  return documents;
}

async function everything(redis: Redis): Promise<unknown> {
  const keys = [...(await keysLike(redis, 'penstock:*')), ...(await keysLike(redis, 'penstock-pending:*'))];
  return Promise.all(
    keys.map(async (key) => [
      key,
      (await redis.type(key)) === 'hash' ? await redis.hgetall(key) : await redis.lrange(key, 0, -1),
    ]),
  );
}

storeWriterContract('redis', async () => {
  const redis = await emptyDatabase(9);
  return {
    writer: new RedisStoreWriter(redis, times),
    live: async (namespace) => ({ documents: await liveDocuments(redis, namespace) }),
    everything: () => everything(redis),
    close: () => Promise.resolve(),
  };
});

describe('the Redis store', () => {
  const { signal } = new AbortController();
  let redis: Redis;
  let writer: RedisStoreWriter;
  const write = (parts: ReturnType<typeof built>) => writer.writePending({ parts, receipts: [], signal });
  const built = (namespace: string, version = 1) => anIngestion({ namespace, version }).withParts(2).build();

  beforeAll(async () => {
    redis = await emptyDatabase(10);
    writer = new RedisStoreWriter(redis, times);
  });

  afterAll(() => writer.close());

  it('gives every key a time to live', async () => {
    const [live, pending] = [built('expiry'), built('expiry', 2)];
    await write(live);
    await writer.promote([ref(live)], signal);
    await write(pending);
    await writer.compensate([ref(built('expiry', 3))], signal);
    await writer.retract([{ namespace: 'expiry', documentId: 'unknown', version: 1 }], signal);

    const lifetimes = await Promise.all((await keysLike(redis, '*')).map((key) => redis.pttl(key)));

    expect(lifetimes.length).toBeGreaterThan(6);
    expect(lifetimes.filter((ms) => ms <= 0)).toEqual([]);
    const { hash } = documentCacheKeys(ref(live));
    expect(await redis.pttl(hash)).toBeLessThanOrEqual(hourMs);
  });

  it('makes an ingestion live without a cache entry when its pending data were lost', async () => {
    const [v1, v2] = [built('lost'), built('lost', 2)];
    await write(v1);
    await writer.promote([ref(v1)], signal);
    await write(v2);
    await redis.hdel(`penstock-pending:${ref(v2).ingestionId}`, 'chunk:1');

    const [result] = await writer.promote([ref(v2)], signal);

    expect(result).toEqual({ state: 'live', replaced: [ref(v1).ingestionId] });
    expect(await keysLike(redis, 'penstock:lost:*')).toEqual([]);
  });

  it('asks for another try when memory is full', async () => {
    await redis.config('SET', 'maxmemory', '1');
    try {
      await expect(write(built('full'))).rejects.toMatchObject({ kind: 'transient', reason: 'redis-out-of-memory' });
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    expect((await write(built('full'))).outcomes).toEqual(['pending', 'pending']);
  });

  it('asks for another try when the server does not answer, as soon as the signal aborts', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const connection = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null, disconnectTimeout: 10 });
    const waiting = new RedisStoreWriter(connection, times);

    const states = waiting.states([ref(built('silent'))], AbortSignal.timeout(50));

    await expect(states).rejects.toBeInstanceOf(TransientFailure);
    connection.disconnect();
    silent.close();
  });
});
