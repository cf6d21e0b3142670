import { describe, expect, it } from '@jest/globals';

import type { DocumentRef, IngestionConcluded } from '#events';
import type { EventStageContext } from '#kafka';

import { JanitorStage, Orphans, StagedBytes } from './janitor.js';

class MemoryStaging extends StagedBytes {
  constructor(readonly files: Map<string, number>) {
    super();
  }

  remove(ref: string): Promise<void> {
    this.files.delete(ref);
    return Promise.resolve();
  }

  async *list(): AsyncIterable<{ ref: string; stagedAtMs: number }> {
    for (const [ref, stagedAtMs] of [...this.files]) yield await Promise.resolve({ ref, stagedAtMs });
  }
}

/** Keeps the documents it was asked to look at. */
class NotedOrphans extends Orphans {
  readonly asked: DocumentRef[] = [];

  retract(concluded: DocumentRef): Promise<void> {
    this.asked.push(concluded);
    return Promise.resolve();
  }
}

const context = {} as EventStageContext;
const orphans = new NotedOrphans();

function concluded(status: string, stagingRef: string | null): IngestionConcluded {
  const identity = { namespace: 'default', documentId: 'd', ingestionId: 'i', version: 1 };
  const counts = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };
  return { ...identity, status, error: null, stagingRef, counts, concludedAt: 0 };
}

describe('JanitorStage', () => {
  it.each(['live', 'unchanged', 'superseded', 'retracted'])(
    'removes the bytes of an ingestion that is %s',
    async (status) => {
      const staging = new MemoryStaging(new Map([['ref', 0]]));

      await new JanitorStage(staging, orphans, 1000).handle(concluded(status, 'ref'), context);

      expect(staging.files.size).toBe(0);
    },
  );

  it.each(['failed', 'rolled_back'])(
    'keeps the bytes of an ingestion that is %s until their time is up',
    async (status) => {
      const staging = new MemoryStaging(new Map([['ref', 500]]));
      const janitor = new JanitorStage(staging, orphans, 1000);

      await janitor.handle(concluded(status, 'ref'), context);

      expect(await janitor.sweep(1500)).toBe(0);
      expect(await janitor.sweep(1501)).toBe(1);
      expect(staging.files.size).toBe(0);
    },
  );

  it.each(['live', 'unchanged', 'superseded', 'retracted', 'failed', 'rolled_back'])(
    'has what came out of a document looked at when it is %s',
    async (status) => {
      const noted = new NotedOrphans();

      await new JanitorStage(new MemoryStaging(new Map()), noted, 1000).handle(concluded(status, null), context);

      expect(noted.asked).toEqual([{ namespace: 'default', documentId: 'd' }]);
    },
  );

  it('removes nothing for a retraction, which has no bytes', async () => {
    const staging = new MemoryStaging(new Map([['other', 0]]));

    await new JanitorStage(staging, orphans, 1000).handle(concluded('retracted', null), context);

    expect(staging.files.size).toBe(1);
  });
});
