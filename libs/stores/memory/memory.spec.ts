import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { anIngestion, receiptOf, ref } from '../../../test/builders/index.js';
import { storeWriterContract, type StoreHarness } from '../store-writer.contract.js';
import { MemoryStore, MemoryStoreWriter } from './index.js';

function makeHarness(): Promise<StoreHarness> {
  const store = new MemoryStore();
  return Promise.resolve({
    writer: new MemoryStoreWriter('postgres', store),
    live: (namespace) =>
      Promise.resolve({
        ...store.live(namespace),
        documents: store.live(namespace).documents.map(({ documentId, ingestionId, chunkTexts }) => ({
          documentId,
          ingestionId,
          chunkTexts,
        })),
      }),
    everything: () => Promise.resolve(store.everything()),
    close: () => Promise.resolve(),
  });
}

storeWriterContract('memory', makeHarness, { endsFacts: true });

describe('a memory store with faults', () => {
  const { signal } = new AbortController();
  const parts = anIngestion().withParts(2).build();
  const batch = { parts, receipts: [receiptOf(parts, 'redis')], signal };

  it('has stored a part of the batch when a fault comes between', async () => {
    const store = new MemoryStore();
    const writer = new MemoryStoreWriter('redis', store, (_verb, phase) =>
      phase === 'between' ? Promise.reject(new TransientFailure('lost')) : Promise.resolve(),
    );

    await expect(writer.writePending(batch)).rejects.toThrow('lost');

    expect(store.everything()).toEqual(parts.slice(0, 1));
    expect(store.live('default').documents).toEqual([]);
  });

  it('outlives its writer', async () => {
    const store = new MemoryStore();
    await new MemoryStoreWriter('redis', store).writePending(batch);

    const [result] = await new MemoryStoreWriter('redis', store).promote([ref(parts)], signal);

    expect(result?.state).toBe('live');
    expect(store.live('default').documents).toHaveLength(1);
  });

  it('asks for another try when nothing of the ingestion is stored', async () => {
    const writer = new MemoryStoreWriter('redis');

    await expect(writer.promote([ref(parts)], signal)).rejects.toBeInstanceOf(TransientFailure);
  });
});
