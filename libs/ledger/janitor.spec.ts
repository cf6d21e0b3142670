import { describe, expect, it } from '@jest/globals';

import type { DocumentRef, IngestionConcluded } from '#events';
import type { EventStageContext } from '#kafka';

import { HeldChildren, JanitorStage, NeededBytes, Orphans, StagedBytes } from './janitor.js';

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

/** Keeps what it was asked to look at, in order. */
class Noted {
  readonly asked: [string, DocumentRef][] = [];
  readonly children: HeldChildren = {
    settle: (concluded) => this.note('settle', concluded).then(() => this.forgotten),
  };
  readonly orphans: Orphans = { retract: (concluded) => this.note('retract', concluded) };

  constructor(private readonly forgotten: readonly string[] = []) {}

  private note(what: string, concluded: DocumentRef): Promise<void> {
    this.asked.push([what, concluded]);
    return Promise.resolve();
  }
}

const context = {} as EventStageContext;

/** Needs what it is told. */
class Needed extends NeededBytes {
  readonly asked: (readonly string[])[] = [];

  constructor(readonly refs = new Set<string>()) {
    super();
  }

  among(refs: readonly string[]): Promise<readonly string[]> {
    this.asked.push(refs);
    return Promise.resolve(refs.filter((ref) => this.refs.has(ref)));
  }
}

function janitorOf(
  staging: StagedBytes,
  { children, orphans } = new Noted(),
  needed: NeededBytes = new Needed(),
): JanitorStage {
  return new JanitorStage(staging, needed, children, orphans, 1000);
}

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

      await janitorOf(staging).handle(concluded(status, 'ref'), context);

      expect(staging.files.size).toBe(0);
    },
  );

  it.each(['failed', 'rolled_back'])(
    'keeps the bytes of an ingestion that is %s until their time is up',
    async (status) => {
      const staging = new MemoryStaging(new Map([['ref', 500]]));
      const janitor = janitorOf(staging);

      await janitor.handle(concluded(status, 'ref'), context);

      expect(await janitor.sweep(1500)).toBe(0);
      expect(await janitor.sweep(1501)).toBe(1);
      expect(staging.files.size).toBe(0);
    },
  );

  it('keeps bytes and notes that a dead letter is replayed from, for as long as there is the letter', async () => {
    const staging = new MemoryStaging(
      new Map(['letter', 'letter.notes', 'letter.1.part', 'other'].map((ref) => [ref, 0])),
    );
    const needed = new Needed(new Set(['letter']));
    const janitor = janitorOf(staging, new Noted(), needed);

    expect(await janitor.sweep(5000)).toBe(1);
    expect([...staging.files.keys()]).toEqual(['letter', 'letter.notes', 'letter.1.part']);
    expect(needed.asked).toEqual([['letter', 'other']]);

    needed.refs.clear();
    expect(await janitor.sweep(5000)).toBe(3);
  });

  it('asks about a few bytes at a time, and about none that are young', async () => {
    const staging = new MemoryStaging(new Map(Array.from({ length: 1200 }, (_, i) => [`ref-${i}`, 0])));
    staging.files.set('young', 4500);
    const needed = new Needed(new Set(['ref-7', 'ref-1100']));

    expect(await janitorOf(staging, new Noted(), needed).sweep(5000)).toBe(1198);
    expect(needed.asked.map(({ length }) => length)).toEqual([500, 500, 200]);
    expect([...staging.files.keys()]).toEqual(['ref-7', 'ref-1100', 'young']);
  });

  it.each(['live', 'unchanged', 'superseded', 'retracted', 'failed', 'rolled_back'])(
    'has what came out of a document looked at when it is %s, what is to come first',
    async (status) => {
      const noted = new Noted();

      await janitorOf(new MemoryStaging(new Map()), noted).handle(concluded(status, null), context);

      const document = { namespace: 'default', documentId: 'd' };
      expect(noted.asked).toEqual([
        ['settle', document],
        ['retract', document],
      ]);
    },
  );

  it('removes the bytes of what is forgotten with a version that was undone', async () => {
    const staging = new MemoryStaging(
      new Map([
        ['child', 0],
        ['other', 0],
      ]),
    );

    await janitorOf(staging, new Noted(['child'])).handle(concluded('rolled_back', null), context);

    expect([...staging.files.keys()]).toEqual(['other']);
  });

  it('removes nothing for a retraction, which has no bytes', async () => {
    const staging = new MemoryStaging(new Map([['other', 0]]));

    await janitorOf(staging).handle(concluded('retracted', null), context);

    expect(staging.files.size).toBe(1);
  });
});
