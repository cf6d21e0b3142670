import { describe, expect, it } from '@jest/globals';

import { FactIndex, type FactScope, type FactTime, type KnownFact } from '#stores/reading';

import { GraphReader, timelineFactsMax } from './graph-reader.js';
import { aKnownFact, NoDocuments } from './known.builders.js';

/** Facts of one entity, the oldest first, and how many of them the last look took. */
class ManyFacts extends FactIndex {
  taken = 0;

  constructor(private readonly count: number) {
    super();
  }

  override around(_uuids: readonly string[], _time: FactTime, { limit, offset = 0 }: FactScope): Promise<KnownFact[]> {
    this.taken = Math.min(limit, this.count - offset);
    return Promise.resolve(Array.from({ length: this.taken }, (_, at) => aKnownFact({ uuid: `f-${offset + at}` })));
  }

  override times = (): never => {
    throw new Error('not asked for');
  };

  override stats = (): never => {
    throw new Error('not asked for');
  };
}

describe('the timeline of an entity', () => {
  it('leads to the newest fact, page by page, however many there are', async () => {
    const reader = new GraphReader(new ManyFacts(1_234), new NoDocuments());

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await reader.timeline('n', 'e', 100, cursor);
      expect(page.cut).toBe(false);
      seen.push(...page.items.map(({ uuid }) => uuid));
      cursor = page.nextCursor;
    } while (cursor !== undefined);

    expect(seen).toEqual(Array.from({ length: 1_234 }, (_, at) => `f-${at}`));
  });

  it('takes no more than it shows', async () => {
    const facts = new ManyFacts(1_234);

    await new GraphReader(facts, new NoDocuments()).timeline('n', 'e', 30);

    expect(facts.taken).toBe(31);
  });

  it('ends somewhere, and says that there is more', async () => {
    const reader = new GraphReader(new ManyFacts(2 * timelineFactsMax), new NoDocuments());

    const pages = [];
    let cursor: string | undefined;
    do {
      const page = await reader.timeline('n', 'e', 3_000, cursor);
      pages.push({ count: page.items.length, cut: page.cut });
      cursor = page.nextCursor;
    } while (cursor !== undefined);

    expect(pages).toEqual([
      ...[3_000, 3_000, 3_000].map((count) => ({ count, cut: false })),
      { count: 1_000, cut: true },
    ]);
  });

  it('has cursors that mean nothing for another entity or namespace', async () => {
    const reader = new GraphReader(new ManyFacts(100), new NoDocuments());
    const { nextCursor } = await reader.timeline('n', 'e', 10);

    const again = await reader.timeline('n', 'e', 20, nextCursor);

    expect(again.items[0]?.uuid).toBe('f-10');
    for (const [namespace, uuid, cursor] of [
      ['n', 'other', nextCursor],
      ['m', 'e', nextCursor],
      ['n', 'e', '10'],
      ['n', 'e', 'x'],
    ] as const) {
      await expect(reader.timeline(namespace, uuid, 10, cursor)).rejects.toMatchObject({ reason: 'bad-cursor' });
    }
  });
});
