import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';

import { createPool, migrate } from '#database';
import { outboxMigrations } from '#outbox';
import type { StoreWriter } from '#stores/port';
import { PostgresReader, PostgresStoreWriter } from '#stores/postgres';
import { documentCacheKeys, RedisDocumentCache, RedisStoreWriter } from '#stores/redis';
import { createLogger } from '#telemetry';

import { anIngestion, ref } from '../test/builders/index.js';
import { testStack } from '../test/services/addresses.js';
import { LiveDocumentReader } from './live-document-reader.js';

type Parts = ReturnType<ReturnType<typeof anIngestion>['build']>;

const hourMs = 3_600_000;
const times = { ttlMs: hourMs, pendingTtlMs: 25 * hourMs, tombstoneTtlMs: 720 * hourMs };
const { signal } = new AbortController();
const log = createLogger('silent');

describe('a document that is read through the cache', () => {
  let server: Pool;
  let pool: Pool;
  let postgres: PostgresStoreWriter;
  let redis: RedisStoreWriter;
  let reader: LiveDocumentReader;
  const database = `reader_${randomUUID().replaceAll('-', '')}`;
  const namespace = `reader-${randomUUID().slice(0, 8)}`;
  const connection = new Redis(testStack().redis);

  const built = (documentId: string, version: number): Parts =>
    anIngestion({ namespace, documentId, version }).withParts(2).build();
  const live = async (parts: Parts, ...writers: StoreWriter[]): Promise<void> => {
    for (const writer of [postgres, redis]) await writer.writePending({ parts, receipts: [], signal });
    for (const writer of writers) await writer.promote([ref(parts)], signal);
  };
  const versionRead = async (parts: Parts): Promise<unknown> => (await reader.read(ref(parts)))?.['version'];

  beforeAll(async () => {
    server = createPool(testStack().postgres, { name: 'test', max: 1 });
    await server.query(`CREATE DATABASE ${database}`);
    const url = new URL(testStack().postgres);
    url.pathname = database;
    pool = createPool(url.href, { name: 'test', max: 4 });
    await migrate(pool, outboxMigrations);
    postgres = new PostgresStoreWriter(pool, () => Promise.resolve());
    await postgres.prepare();
    redis = new RedisStoreWriter(connection, times);
    reader = new LiveDocumentReader(
      connection,
      new RedisDocumentCache(connection, times),
      new PostgresReader(pool),
      log,
    );
  });

  afterAll(async () => {
    reader.close();
    await pool.end();
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await server.end();
  });

  it('is put back when it expired', async () => {
    const parts = built('expired', 1);
    await live(parts, postgres, redis);
    const { hash, chunks } = documentCacheKeys(ref(parts));
    await connection.del(hash, chunks);

    expect(await versionRead(parts)).toBe(1);

    expect(await connection.hget(hash, 'ingestion_id')).toBe(ref(parts).ingestionId);
  });

  it('never goes back to an older version that the cache still holds', async () => {
    const [v1, v2] = [built('older', 1), built('older', 2)];
    await live(v1, postgres, redis);
    await live(v2, postgres);

    expect(await versionRead(v1)).toBe(2);
  });

  it('is gone when it was retracted, whatever the cache still holds', async () => {
    const parts = built('gone', 1);
    await live(parts, postgres, redis);
    await postgres.retract([{ ...ref(parts) }], signal);

    expect(await reader.read(ref(parts))).toBeUndefined();
  });

  it('is read without a cache that cannot be reached', async () => {
    const parts = built('alone', 1);
    await live(parts, postgres);
    const closed = new Redis(testStack().redis, { lazyConnect: true });
    closed.disconnect();
    const cache = new RedisDocumentCache(closed, times);

    const document = await new LiveDocumentReader(closed, cache, new PostgresReader(pool), log).read(ref(parts));

    expect(document).toMatchObject({ version: 1 });
  });
});
