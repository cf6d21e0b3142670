import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { createQdrantClient, QdrantStoreWriter } from '#stores/qdrant';

import { anIngestion, ref } from '../../test/builders/index.js';
import { FrontProcess } from './front-process.js';

const { signal } = new AbortController();
const front = new FrontProcess();

beforeAll(() => front.start());
afterAll(() => front.remove());

it('what is live stays so if its server dies after it flushed its indexes, and before anything else', async () => {
  const client = createQdrantClient({ url: front.url });
  const writer = new QdrantStoreWriter(client, { embeddingModel: 'hash/8', dimensions: 8 });
  const parts = anIngestion({ namespace: 'torn', documentId: 'flush' })
    .withParts(2)
    .withChunks(6)
    .withDimensions(8)
    .build();
  const live = { must: [{ key: 'live', match: { value: true } }] };
  await writer.prepare();
  await writer.writePending({ parts, receipts: [], signal });
  await front.stop('SIGTERM');
  await front.start();
  expect(await writer.promote([ref(parts)], signal)).toMatchObject([{ state: 'live' }]);
  const unflushed = await front.copy();

  await front.stop('SIGTERM');
  await front.putBack(unflushed, { but: 'payload_index' });
  await front.start();

  const { chunks, documents, state } = writer.collections;
  const shown = async (collection: string): Promise<unknown[]> => {
    const { points } = await client.scroll(collection, { limit: 100, with_payload: true });
    return points.map(({ payload }) => payload?.['live']);
  };
  expect([await shown(documents), await shown(chunks)]).toEqual([[true], Array(6).fill(true)]);
  expect(await client.count(chunks, { exact: true, filter: live })).toEqual({ count: 6 });
  const markers = await client.scroll(state, { limit: 10, with_payload: true });
  expect(markers.points.map(({ payload }) => payload?.['state']).filter(Boolean)).toEqual(['live']);
}, 60_000);
