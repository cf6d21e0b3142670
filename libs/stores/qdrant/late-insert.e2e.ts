import { randomUUID } from 'node:crypto';

import type { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { eventually } from '../../../test/e2e/eventually.js';
import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { createQdrantClient, QdrantStoreWriter } from './index.js';

const signal = new AbortController().signal;
const options = { embeddingModel: 'hash/8', dimensions: 8, prefix: `late-${randomUUID()}` };
const client = createQdrantClient({ url: testStack().qdrant });
const writer = new QdrantStoreWriter(client, options);

beforeAll(() => writer.prepare());

afterAll(async () => {
  for (const name of Object.values(writer.collections)) await client.deleteCollection(name as string);
});

it('an insert that arrives after its writer lost the partition and the ingestion was undone leaves nothing', async () => {
  const parts = anIngestion({ namespace: 'late', documentId: 'doc', version: 1 }).withParts(2).build();
  const [reached, opened, lost] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), new AbortController()];
  let updates = 0;
  const slow = (target: QdrantClient, name: string | symbol): unknown => {
    const method: unknown = Reflect.get(target, name);
    if (typeof method !== 'function' || name !== 'batchUpdate') return method;
    return async (collection: string, ...rest: unknown[]): Promise<unknown> => {
      if (collection === writer.collections.state)
        return Reflect.apply(method, target, [collection, ...rest]) as unknown;
      reached.resolve();
      await opened.promise;
      const answer: unknown = await Reflect.apply(method, target, [collection, ...rest]);
      updates += 1;
      return answer;
    };
  };
  const zombie = new QdrantStoreWriter(new Proxy(client, { get: slow }), options);
  const writing = zombie.writePending({ parts, receipts: [], signal: lost.signal });
  await reached.promise;
  lost.abort();
  await expect(writing).rejects.toThrow(TransientFailure);
  await writer.compensate([ref(parts)], signal);

  opened.resolve();

  // Its inserts into both collections, and then their removal.
  await eventually('the late writer to clean up', () => updates === 4 || undefined, 10_000);
  const { documents, chunks } = writer.collections;
  const left = await Promise.all([documents, chunks].map((name) => client.count(name)));
  expect(left).toEqual([{ count: 0 }, { count: 0 }]);
});
