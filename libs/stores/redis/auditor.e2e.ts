import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { chunkLine, PieceTally } from '#stores/auditor';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { storeAuditorContract } from '../store-auditor.contract.js';
import { RedisStoreAuditor, RedisStoreWriter } from './index.js';

const hourMs = 3_600_000;
const times = { ttlMs: hourMs, pendingTtlMs: 25 * hourMs, tombstoneTtlMs: 720 * hourMs };

storeAuditorContract('redis', async () => {
  const redis = new Redis(testStack().redis, { db: 11 });
  await redis.flushdb();
  return {
    auditor: new RedisStoreAuditor(redis, times),
    writer: new RedisStoreWriter(redis, times),
    close: () => Promise.resolve(),
  };
});

const redis = new Redis(testStack().redis, { db: 11 });
const auditor = new RedisStoreAuditor(redis, times);
const writer = new RedisStoreWriter(redis, times);
const { signal } = new AbortController();

beforeAll(() => writer.prepare());
afterAll(() => writer.close());

/** How often lists were read since the server started. */
async function listsRead(): Promise<number> {
  return Number(/cmdstat_lrange:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);
}

it('counts a document of a thousand chunks in pages, to the same sum as one that is whole in memory', async () => {
  const parts = anIngestion({ namespace: 'audit-pages' }).withParts(16).withChunks(1024).build();
  const { namespace, documentId, ingestionId } = ref(parts);
  await writer.writePending({ parts, receipts: [], signal });
  await writer.promote([ref(parts)], signal);
  const before = await listsRead();

  const [held] = await auditor.inspect([{ namespace, documentId, ingestionIds: [] }], signal);

  const tally = new PieceTally();
  for (const { seq, chunkId, text } of parts.flatMap(({ chunks }) => chunks)) {
    tally.add('chunks', chunkLine(seq, chunkId, text));
  }
  expect(held?.holdings).toMatchObject([{ ingestionId, visible: { documents: { count: 1 }, ...tally.pieces() } }]);
  expect(tally.pieces().chunks?.count).toBe(1024);
  expect((await listsRead()) - before).toBeGreaterThanOrEqual(11);
});
