import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { storeAuditorContract } from '../store-auditor.contract.js';
import { createQdrantClient, QdrantStoreAuditor, QdrantStoreWriter } from './index.js';

storeAuditorContract('qdrant', () => {
  const client = createQdrantClient({ url: testStack().qdrant });
  const prefix = `contract-${randomUUID()}`;
  const writer = new QdrantStoreWriter(client, { embeddingModel: 'hash/8', dimensions: 8, prefix });
  return Promise.resolve({
    auditor: new QdrantStoreAuditor(client, prefix),
    writer,
    close: async () => {
      for (const name of Object.values(writer.collections) as string[]) await client.deleteCollection(name);
    },
  });
});

const client = createQdrantClient({ url: testStack().qdrant });
const prefix = `strayed-${randomUUID()}`;
const auditor = new QdrantStoreAuditor(client, prefix);
const writer = new QdrantStoreWriter(client, { embeddingModel: 'hash/8', dimensions: 8, prefix });
const { signal } = new AbortController();

beforeAll(() => writer.prepare());
afterAll(async () => {
  for (const name of Object.values(writer.collections) as string[]) await client.deleteCollection(name);
});

it('says nothing of metadata and places of which points of before do not', async () => {
  const parts = anIngestion({ namespace: 'older' }).withChunks(2).build();
  const { namespace, documentId } = ref(parts);
  await writer.writePending({ parts, receipts: [], signal });
  await writer.promote([ref(parts)], signal);
  const keys = ['part', 'start_offset', 'end_offset', 'source', 'location', 'media_type', 'metadata_terms'];
  const filter = { must: [{ key: 'namespace', match: { value: namespace } }] };
  await client.deletePayload(writer.collections.chunks, { wait: true, keys, filter });

  const [held] = await auditor.inspect([{ namespace, documentId, ingestionIds: [] }], signal);

  expect(Object.keys(held?.holdings[0]?.visible ?? {}).sort()).toEqual(['chunks', 'documents']);
  expect(held?.holdings[0]?.visible.chunks?.count).toBe(2);
});

it('lets a version be made anew of which a point has come to say that it is of another namespace', async () => {
  const parts = anIngestion({ namespace: 'strayed' }).withChunks(2).build();
  const { namespace, documentId } = ref(parts);
  const write = async (): Promise<void> => {
    await writer.writePending({ parts, receipts: [], signal });
    await writer.promote([ref(parts)], signal);
  };
  await write();
  const filter = { must: [{ key: 'seq', match: { value: 1 } }] };
  await client.setPayload(writer.collections.chunks, { wait: true, payload: { namespace: 'elsewhere' }, filter });

  expect(await auditor.reopen(ref(parts), ['chunks'], signal)).toBe(true);
  await write();

  const [held] = await auditor.inspect([{ namespace, documentId, ingestionIds: [] }], signal);
  expect(held?.holdings[0]?.visible.chunks?.count).toBe(2);
});
