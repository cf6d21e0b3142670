import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import { MemoryStore, MemoryStoreWriter } from '#stores/memory';

import { anIngestion, ref } from '../../test/builders/index.js';
import { AnnouncedWriter } from './announced-writer.js';

const { signal } = new AbortController();

describe('AnnouncedWriter', () => {
  it('says which namespaces show something else, once the store shows it', async () => {
    const store = new MemoryStore();
    const said: [readonly string[], number][] = [];
    const announce = (namespaces: readonly string[]): Promise<void> => {
      said.push([namespaces, store.live('n').documents.length]);
      return Promise.resolve();
    };
    const writer = new AnnouncedWriter(new MemoryStoreWriter('redis', store), announce);
    const parts = anIngestion({ namespace: 'n', documentId: 'd' }).build();

    await writer.writePending({ parts, receipts: [], signal });
    await writer.promote([ref(parts)], signal);
    await writer.retract([ref(parts)], signal);

    expect(said).toEqual([
      [['n'], 1],
      [['n'], 0],
    ]);
  });

  it('fails the step if nobody could be told, and says it again with the next try', async () => {
    const store = new MemoryStore();
    let away = true;
    let told = 0;
    const announce = (): Promise<void> => {
      if (away) return Promise.reject(new TransientFailure('away'));
      told += 1;
      return Promise.resolve();
    };
    const writer = new AnnouncedWriter(new MemoryStoreWriter('redis', store), announce);
    const parts = anIngestion({ documentId: 'd' }).build();
    await writer.writePending({ parts, receipts: [], signal });

    await expect(writer.promote([ref(parts)], signal)).rejects.toBeInstanceOf(TransientFailure);
    away = false;
    const [again] = await writer.promote([ref(parts)], signal);

    expect({ state: again?.state, told }).toEqual({ state: 'live', told: 1 });
  });
});
