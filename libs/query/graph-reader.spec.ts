import { describe, expect, it } from '@jest/globals';

import { FactIndex, type FactScope, type FactTime, type KnownFact } from '#stores/reading';

import { GraphReader, timelineFactsMax } from './graph-reader.js';
import { aKnownFact, NoDocuments } from './known.builders.js';

abstract class FactsAround extends FactIndex {
  override times = (): never => {
    throw new Error('not asked for');
  };

  override stats = (): never => {
    throw new Error('not asked for');
  };
}

/** Facts of one entity, the oldest first, and how many of them the last look took. */
class ManyFacts extends FactsAround {
  taken = 0;

  constructor(private readonly count: number) {
    super();
  }

  override around(_uuids: readonly string[], _time: FactTime, { limit, offset = 0 }: FactScope): Promise<KnownFact[]> {
    this.taken = Math.min(limit, this.count - offset);
    return Promise.resolve(Array.from({ length: this.taken }, (_, at) => aKnownFact({ uuid: `f-${offset + at}` })));
  }
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

/** Facts between neighbours along these pairs, those first that stand first; it says how often it was looked at. */
class Pairs extends FactsAround {
  looks = 0;

  constructor(private readonly pairs: readonly (readonly [string, string])[]) {
    super();
  }

  override around(uuids: readonly string[], _time: FactTime, { limit }: FactScope): Promise<KnownFact[]> {
    this.looks += 1;
    const near = this.pairs.filter((pair) => pair.some((end) => uuids.includes(end)));
    const facts = near.map(([source, target]) =>
      aKnownFact({ uuid: `${source}-${target}`, source, sourceUuid: source, target, targetUuid: target }),
    );
    return Promise.resolve(facts.slice(0, limit));
  }
}

describe('what lies around an entity', () => {
  const explore = async (pairs: Pairs, bounds: { readonly depth: number; readonly limit: number }) => {
    const reader = new GraphReader(pairs, new NoDocuments());
    const { facts, cut } = await reader.explore('n', 'e', { ...bounds, time: {} });
    return { facts: facts.map(({ uuid }) => uuid), cut };
  };
  const star = ['a', 'b', 'c'].map((end) => ['e', end] as const);

  it('goes on after facts that are known, though the store gives these first', async () => {
    const pairs = new Pairs([...star, ['c', 'd']]);

    expect(await explore(pairs, { depth: 2, limit: 5 })).toEqual({ facts: ['e-a', 'e-b', 'e-c', 'c-d'], cut: false });
  });

  it('is cut where known facts leave no room for those behind them', async () => {
    const pairs = new Pairs([...star, ['c', 'd'], ['d', 'f']]);

    expect(await explore(pairs, { depth: 3, limit: 4 })).toEqual({ facts: ['e-a', 'e-b', 'e-c', 'c-d'], cut: true });
  });

  it.each([
    ['more lies within the depth', 2, [['c', 'd']], true],
    ['nothing more lies there', 2, [], false],
    ['more lies behind the depth', 1, [['c', 'd']], false],
  ] as const)('that just fills the limit is cut only if there is more: %s', async (_, depth, further, cut) => {
    const pairs = new Pairs([...star, ...further]);

    expect(await explore(pairs, { depth, limit: 3 })).toEqual({ facts: ['e-a', 'e-b', 'e-c'], cut });
  });

  it('is not looked at any further once it is known to be cut', async () => {
    const pairs = new Pairs([...star, ['c', 'd']]);

    expect(await explore(pairs, { depth: 3, limit: 2 })).toEqual({ facts: ['e-a', 'e-b'], cut: true });
    expect(pairs.looks).toBe(1);
  });
});
