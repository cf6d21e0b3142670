import { randomUUID } from 'node:crypto';

import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { storeWriterContract, type LiveView, type StoreHarness } from '../store-writer.contract.js';
import { createQdrantClient, QdrantStoreWriter } from './index.js';

const signal = new AbortController().signal;
const options = { embeddingModel: 'hash/8', dimensions: 8 };
const newClient = (): QdrantClient => createQdrantClient({ url: testStack().qdrant });

interface Stored {
  readonly id: string | number;
  readonly payload?: Record<string, unknown> | null;
  readonly vector?: unknown;
}

/** Every point that matches, page by page. */
async function points(client: QdrantClient, collection: string, must: object[], withVector = false): Promise<Stored[]> {
  const found: Stored[] = [];
  let offset: string | number | undefined;
  do {
    const page = await client.scroll(collection, {
      filter: { must } as never,
      limit: 1000,
      with_payload: true,
      with_vector: withVector,
      ...(offset === undefined ? {} : { offset }),
    });
    found.push(...(page.points as Stored[]));
    offset = (page.next_page_offset ?? undefined) as string | number | undefined;
  } while (offset !== undefined);
  return found;
}

const is = (key: string, value: string | boolean) => ({ key, match: { value } });

async function live(client: QdrantClient, writer: QdrantStoreWriter, namespace: string): Promise<LiveView> {
  const must = [is('namespace', namespace), is('live', true)];
  const documents = await points(client, writer.collections.documents, must);
  const chunks = await points(client, writer.collections.chunks, must);
  const textsOf = (ingestionId: unknown): string[] =>
    chunks
      .filter(({ payload }) => payload?.['ingestion_id'] === ingestionId)
      .sort((a, b) => Number(a.payload?.['seq']) - Number(b.payload?.['seq']))
      .map(({ payload }) => String(payload?.['text']));
  const ofDocuments = new Set(documents.map(({ payload }) => payload?.['ingestion_id']));
  expect(chunks.filter(({ payload }) => !ofDocuments.has(payload?.['ingestion_id']))).toEqual([]);
  return {
    documents: documents.map(({ payload }) => ({
      documentId: String(payload?.['document_id']),
      ingestionId: String(payload?.['ingestion_id']),
      chunkTexts: textsOf(payload?.['ingestion_id']),
    })),
  };
}

async function everything(client: QdrantClient, { collections }: QdrantStoreWriter): Promise<unknown> {
  const [documents, chunks] = [collections.documents, collections.chunks].map((name) => points(client, name, [], true));
  return { documents: await documents, chunks: await chunks };
}

async function dropCollections(client: QdrantClient, { collections }: QdrantStoreWriter): Promise<void> {
  for (const name of Object.values(collections) as string[]) await client.deleteCollection(name);
}

async function makeHarness(): Promise<StoreHarness> {
  const client = newClient();
  const writer = new QdrantStoreWriter(newClient(), { ...options, prefix: `contract-${randomUUID()}` });
  return Promise.resolve({
    writer,
    live: (namespace) => live(client, writer, namespace),
    everything: () => everything(client, writer),
    close: () => dropCollections(client, writer),
    zombiesMaySlipThrough: true,
  });
}

storeWriterContract('qdrant', makeHarness);

describe('QdrantStoreWriter', () => {
  const client = newClient();
  const prefix = `test-${randomUUID()}`;
  const writer = new QdrantStoreWriter(client, { ...options, prefix });
  const namespace = 'vectors';
  const write = (parts: ReturnType<typeof document>) => writer.writePending({ parts, receipts: [], signal });
  const document = (documentId: string, version = 1) =>
    anIngestion({ namespace, documentId, version }).withParts(2).build();

  beforeAll(() => writer.prepare());
  afterAll(() => dropCollections(client, writer));

  it('can be prepared again, by several processes at once', async () => {
    await expect(Promise.all([writer.prepare(), writer.prepare()])).resolves.toBeDefined();
  });

  it('refuses collections that hold the vectors of another model, whether or not they have the same length', async () => {
    const longer = new QdrantStoreWriter(client, { embeddingModel: 'hash/16', dimensions: 16, prefix });
    const other = new QdrantStoreWriter(client, { embeddingModel: 'other/8', dimensions: 8, prefix });

    await expect(longer.prepare()).rejects.toMatchObject({ kind: 'permanent', reason: 'embedding-mismatch' });
    await expect(other.prepare()).rejects.toThrow('holds vectors of hash/8 with 8 dimensions');
  });

  it('refuses a document that was embedded with another model and stores nothing of the batch', async () => {
    const good = document('good');
    const bad = anIngestion({ namespace, documentId: 'bad' }).withDimensions(16).build();

    await expect(write([...good, ...bad])).rejects.toMatchObject({ kind: 'permanent', reason: 'embedding-mismatch' });

    expect(await points(client, writer.collections.chunks, [is('document_id', 'good')])).toEqual([]);
  });

  it('is found by dense and by sparse vectors once it is live, and only then', async () => {
    const parts = document('searched');
    const chunk = parts[0]?.chunks[0];
    if (chunk === undefined) throw new RangeError('there is a chunk');
    const dense = Array.from({ length: 8 }, (_, index) => chunk.dense.readFloatLE(index * 4));
    const filter = { must: [is('document_id', 'searched'), is('live', true)] };
    const found = async (query: number[] | { indices: number[]; values: number[] }, using: string) =>
      (await client.query(writer.collections.chunks, { query, using, filter, limit: 1 })).points.map(({ id }) => id);
    const sparse = { indices: chunk.sparseIndices, values: chunk.sparseValues };
    await write(parts);
    expect(await found(dense, 'dense')).toEqual([]);

    await writer.promote([ref(parts)], signal);

    expect(await found(dense, 'dense')).toEqual([chunk.chunkId]);
    expect(await found(sparse, 'sparse')).toEqual([chunk.chunkId]);
  });

  it('removes the late pending write of a consumer that lost its partition', async () => {
    const parts = document('zombie');
    const late = document('zombie');
    await write(parts.slice(0, 1));
    await writer.compensate([ref(parts)], signal);

    const { outcomes } = await write(late);

    expect(outcomes).toEqual(['compensated', 'compensated']);
    expect(await points(client, writer.collections.chunks, [is('document_id', 'zombie')])).toEqual([]);
  });

  it('removes what was written while the tombstone was being set', async () => {
    const ingestions = Array.from({ length: 10 }, (_, index) => document(`race-${index}`));

    await Promise.all(
      ingestions.map(async (parts) => {
        const [{ outcomes }] = await Promise.all([write(parts), writer.compensate([ref(parts)], signal)]);
        // A write that had ended before the tombstone came is removed by the compensation itself.
        if (outcomes.includes('pending')) return;
        expect(outcomes).toEqual(['compensated', 'compensated']);
      }),
    );

    await writer.compensate(ingestions.map(ref), signal);
    const left = await points(client, writer.collections.chunks, [is('namespace', namespace), is('live', false)]);
    expect(left.filter(({ payload }) => String(payload?.['document_id']).startsWith('race-'))).toEqual([]);
  });

  it('writes a document that fills several requests', async () => {
    const texts = Array.from({ length: 200 }, () => 'x'.repeat(60_000));
    const parts = anIngestion({ namespace, documentId: 'large' }).withParts(4).withChunks(200).withTexts(texts).build();

    await write(parts);
    await writer.promote([ref(parts)], signal);

    const { count } = await client.count(writer.collections.chunks, {
      filter: { must: [is('document_id', 'large'), is('live', true)] },
      exact: true,
    });
    expect(count).toBe(200);
  });

  it('does not promote what it does not hold', async () => {
    const promoted = writer.promote([ref(document('missing'))], signal);

    await expect(promoted).rejects.toMatchObject({ kind: 'transient', reason: 'pending-missing' });
  });

  it('stops when it is told to', async () => {
    const stopped = writer.writePending({ parts: document('stopped'), receipts: [], signal: AbortSignal.abort() });

    await expect(stopped).rejects.toMatchObject({ kind: 'transient', reason: 'aborted' });
  });

  it('takes a server that is not there for transient', async () => {
    const nowhere = new QdrantStoreWriter(createQdrantClient({ url: 'http://127.0.0.1:2' }), options);

    const failed = nowhere.states([ref(document('nowhere'))], signal);

    await expect(failed).rejects.toMatchObject({ kind: 'transient', reason: 'qdrant-unavailable' });
  });
});
