import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import { HashEmbeddingModel, type Embedding, type ModelCallOptions } from '#models';
import {
  AnswerCache,
  passageKey,
  type CitedPassage,
  type DocumentIndex,
  type FactIndex,
  type KnownFact,
  type PassageIndex,
  type PassageRef,
  type PassageScope,
  type PassageWay,
  type RankedPassage,
} from '#stores/reading';
import { Metrics } from '#telemetry';

import type { SearchAnswer } from './answer.js';
import { aKnownFact } from './known.builders.js';
import { QueryLog, type AskedQuery } from './query-log.js';
import type { SearchRequest } from './request.js';
import { Searcher } from './searcher.js';

const never = (): Promise<never> => new Promise(() => undefined);
const away = (): Promise<never> => Promise.reject(new TransientFailure('away', { reason: 'away' }));
const { signal } = new AbortController();

class Cache extends AnswerCache {
  readonly answers = new Map<string, string>();
  override get = (key: string): Promise<string | undefined> => Promise.resolve(this.answers.get(key));
  override put = (key: string, answer: string): Promise<void> => {
    this.answers.set(key, answer);
    return Promise.resolve();
  };
}

class Log extends QueryLog {
  readonly asked: AskedQuery[] = [];
  override note(query: AskedQuery): void {
    this.asked.push(query);
  }
}

class CountingModel extends HashEmbeddingModel {
  calls = 0;
  override embed(texts: readonly string[], options: ModelCallOptions): Promise<Embedding> {
    this.calls += 1;
    return super.embed(texts, options);
  }
}

const found = (ways: readonly PassageWay[]) =>
  new Map(ways.map((way) => [way, [{ ingestionId: 'i', seq: 0, score: 1 }]]));

/** One document in Qdrant and PostgreSQL, whose text and version of the data can be changed. */
class World {
  version = '7';
  text = 'first';
  asked = 0;
  readonly cache = new Cache();
  readonly log = new Log();
  readonly model = new CountingModel(8);
  readonly metrics = new Metrics();

  searcher(
    without: { documents?: Partial<DocumentIndex>; cache?: AnswerCache; passages?: object; facts?: object } = {},
    budgetMs = 10_000,
  ): Searcher {
    const passages = {
      lists: (ways: readonly PassageWay[]) => {
        this.asked += 1;
        return Promise.resolve(found(ways));
      },
      ...without.passages,
    };
    const documents = {
      dataVersion: () => Promise.resolve(this.version),
      cited: (refs: readonly PassageRef[]) =>
        Promise.resolve(new Map(refs.map((ref) => [passageKey(ref), this.passage(ref)]))),
      matching: () => Promise.resolve([]),
      ...without.documents,
    };
    return new Searcher(
      {
        passages: passages as unknown as PassageIndex,
        documents: documents as unknown as DocumentIndex,
        facts: (without.facts ?? {}) as FactIndex,
        ...{ model: this.model, cache: without.cache ?? this.cache, log: this.log, metrics: this.metrics },
      },
      { budgetMs },
    );
  }

  private passage(ref: PassageRef): CitedPassage {
    return {
      ...{ ...ref, namespace: 'n', documentId: 'd', version: 1, title: null, mediaType: 'text/plain' },
      ...{ source: 'inline', location: null, text: this.text, headingPath: [], origin: null },
      ...{ startOffset: 0, endOffset: this.text.length, entities: [], facts: [] },
    };
  }
}

const question: SearchRequest = { query: 'pump', namespace: 'n', mode: 'hybrid', filter: {}, limit: 10, offset: 0 };

describe('a question', () => {
  it.each([
    ['compared by meaning', 'How do I get tomatoes to grow well beside others?', ['semantic', 'hybrid']],
    ['of a code', 'ERR-1042', ['keyword', 'hybrid']],
    ['of a few words', 'heat pump', ['hybrid']],
  ])('%s asks for all lists of passages at once, and for vectors once', async (_, query, ways) => {
    const world = new World();
    const asked: unknown[] = [];
    const passages = {
      lists: (given: readonly PassageWay[]) => {
        asked.push(given);
        return Promise.resolve(found(given));
      },
    };

    const { hits } = await world.searcher({ passages }).search({ ...question, mode: 'auto', query }, signal);

    expect(asked).toEqual([ways]);
    expect(world.model.calls).toBe(1);
    expect(Object.keys(hits[0]?.scores ?? {}).sort()).toEqual([...ways].sort());
  });

  it.each([
    ['no deeper than it may answer, beside a way that knows better', 'Who is the CEO of ACME?', 51],
    ['as deep as the store finds best, where nothing knows better', 'heat pump', undefined],
  ])('looks for passages %s', async (_, query, deep) => {
    const world = new World();
    const depths: unknown[] = [];
    const passages = {
      lists: (given: readonly PassageWay[], vectors: unknown, { depth }: PassageScope) => {
        depths.push(depth);
        return Promise.resolve(found(given));
      },
    };

    await world.searcher({ passages }).search({ ...question, mode: 'auto', query }, signal);

    expect(depths).toEqual([deep]);
  });

  it('of a time goes to the graph with that time, however it is worded', async () => {
    const world = new World();
    const asked: unknown[] = [];
    const documents = { entitiesNamed: () => Promise.resolve([{ uuid: 'e', name: 'ACME', type: 'Organization' }]) };
    const facts = { around: (_: unknown, time: unknown) => Promise.resolve(asked.push(time) && []) };

    const { route } = await world
      .searcher({ documents, facts: facts as object })
      .search({ ...question, mode: 'auto', query: '"ACME"', asOf: 86_400_000 }, signal);

    expect([route, asked]).toEqual(['graph', [{ asOf: 86_400_000 }]]);
  });

  describe('about a name that many passages mention', () => {
    const acme = { uuid: 'e', name: 'ACME', type: 'Organization' };
    const mentions = Array.from({ length: 100 }, (_, seq) => ({ ingestionId: 'mention', seq, score: 1 }));
    const best = { ingestionId: 'best', seq: 0, score: 0.9 };
    const documents = {
      entitiesNamed: () => Promise.resolve([acme]),
      mentioning: (_: unknown, { limit }: PassageScope) => Promise.resolve(mentions.slice(0, limit)),
      stating: () => Promise.resolve([{ ingestionId: 'stating', seq: 0, score: 1 }]),
    };
    const passages = {
      lists: (ways: readonly PassageWay[]) => Promise.resolve(new Map(ways.map((way) => [way, [best]]))),
    };
    const firstOf = async (known: readonly KnownFact[], asOf?: number): Promise<unknown> => {
      const facts = { around: () => Promise.resolve(known), times: () => Promise.resolve(new Map()) };
      const searcher = new World().searcher({ documents, passages, facts });
      const asked: SearchRequest = { ...question, mode: 'auto', query: 'Who is the CEO of ACME?' };
      const { hits, ...rest } = await searcher.search(asOf === undefined ? asked : { ...asked, asOf }, signal);
      for (const ours of ['passages', 'fitting']) expect(rest).not.toHaveProperty(ours);
      return hits[0]?.ingestionId;
    };

    it('begins with the best by meaning and letter, if no fact fits', async () => {
      expect(await firstOf([])).toBe('best');
      expect(await firstOf([aKnownFact({ relation: 'MAKES', fact: 'ACME makes pumps.' })])).toBe('best');
    });

    it('begins with what states a fact that fits, or held at the time that is asked for', async () => {
      expect(await firstOf([aKnownFact()])).toBe('stating');
      expect(await firstOf([aKnownFact({ fact: 'ACME makes pumps.', relation: 'MAKES' })], 0)).toBe('stating');
    });
  });

  it('that is asked in another mode, or for its next page, is not given to the model again', async () => {
    const world = new World();
    const searcher = world.searcher();

    await searcher.search(question, signal);
    await searcher.search({ ...question, mode: 'semantic' }, signal);
    await searcher.search({ ...question, offset: 10 }, signal);

    expect([world.asked, world.model.calls]).toEqual([3, 1]);
  });
});

describe('an answer', () => {
  it('is kept: who asks again costs neither a store nor the model anything', async () => {
    const world = new World();
    const searcher = world.searcher();

    const first = await searcher.search(question, signal);
    await nextTurn();
    const again = await searcher.search(question, signal);

    expect([first.cached, again.cached]).toEqual([false, true]);
    expect(again.hits).toEqual(first.hits);
    expect([world.asked, world.model.calls]).toEqual([1, 1]);
    expect(world.log.asked.map(({ cached, hits }) => [cached, hits])).toEqual([
      [false, 1],
      [true, 1],
    ]);
  });

  it('is the same as JSON, fresh and kept, and says how it was found only if that is asked for', async () => {
    const world = new World();
    const searcher = world.searcher();

    const fresh = await searcher.searchJson(question, signal);
    await nextTurn();
    const kept = await searcher.searchJson(question, signal, true);
    const read = await searcher.search(question, signal);

    const { tookMs: _freshMs, ...first } = JSON.parse(fresh) as SearchAnswer;
    const { tookMs: _keptMs, explain, ...again } = JSON.parse(kept) as SearchAnswer;
    expect(first).toMatchObject({ cached: false, route: 'hybrid', hits: [{ text: 'first' }], leftOut: [] });
    expect(first).toMatchObject({ embedding: { model: 'hash/8', dimensions: 8 } });
    expect(first).not.toHaveProperty('explain');
    expect(again).toEqual({ ...first, cached: true });
    expect(explain).toMatchObject({ route: 'hybrid', why: 'the mode was asked for' });
    expect(read).toEqual({ ...again, explain, tookMs: read.tookMs });
    expect(world.asked).toBe(1);
  });

  it('waits for the version of the data before a store is asked, and not before the model is', async () => {
    const world = new World();
    const { promise, resolve } = Promise.withResolvers<string>();
    const searcher = world.searcher({ documents: { dataVersion: () => promise } });

    const answer = searcher.search(question, signal);
    await nextTurn();
    const before = [world.model.calls, world.asked];
    resolve('7');
    await answer;

    expect([before, [world.model.calls, world.asked]]).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('is not shown any more once the data changed, and the new one takes its place', async () => {
    const world = new World();
    const searcher = world.searcher();
    await searcher.search(question, signal);
    await nextTurn();
    [world.version, world.text] = ['8', 'second'];

    const changed = await searcher.search(question, signal);
    await nextTurn();
    const again = await searcher.search(question, signal);

    expect(changed).toMatchObject({ cached: false, hits: [{ text: 'second' }] });
    expect(again).toMatchObject({ cached: true, hits: [{ text: 'second' }] });
    expect(world.cache.answers.size).toBe(1);
  });

  it('of a version whose number begins with the one now is not taken for it', async () => {
    const world = new World();
    const searcher = world.searcher();
    world.version = '71';
    await searcher.search(question, signal);
    await nextTurn();
    world.version = '7';

    expect(await searcher.search(question, signal)).toMatchObject({ cached: false });
  });

  it.each<[string, Partial<SearchRequest>]>([
    ['another namespace', { namespace: 'm' }],
    ['other words', { query: 'pumps' }],
    ['another mode', { mode: 'semantic' }],
    ['another filter', { filter: { source: ['http'] } }],
    ['another time', { asOf: 1 }],
    ['another page', { offset: 10 }],
    ['a longer page', { limit: 11 }],
  ])('is not the answer to %s', async (_, other) => {
    const world = new World();
    const searcher = world.searcher();
    await searcher.search(question, signal);

    expect(await searcher.search({ ...question, ...other }, signal)).toMatchObject({ cached: false });
  });

  it('that was made while the data changed is kept for the data of before only', async () => {
    const world = new World();
    const searcher = world.searcher({
      passages: {
        lists: (ways: readonly PassageWay[]) => {
          world.version = '8';
          return Promise.resolve(found(ways));
        },
      },
    });
    await searcher.search(question, signal);

    expect(await searcher.search(question, signal)).toMatchObject({ cached: false });
  });

  it('that misses something is not kept', async () => {
    const world = new World();
    const searcher = world.searcher({ documents: { matching: away } });
    const asked: SearchRequest = { ...question, mode: 'auto', query: 'latest pdf files' };

    const first = await searcher.search(asked, signal);

    expect(first.leftOut).toMatchObject([{ way: 'metadata' }]);
    expect(world.cache.answers.size).toBe(0);
  });

  it('does without a cache, and without a version keeps nothing', async () => {
    const world = new World();
    const cache = { get: away, put: away } as unknown as AnswerCache;

    expect(await world.searcher({ cache }).search(question, signal)).toMatchObject({ cached: false });
    await world.searcher({ documents: { dataVersion: away } }).search(question, signal);

    expect(world.cache.answers.size).toBe(0);
  });
});

const countedAs = async ({ metrics }: World, start: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(start));

describe('how much answers hold', () => {
  it('is counted by route, and none at all for itself', async () => {
    const world = new World();
    const nothing = { lists: (ways: readonly PassageWay[]) => Promise.resolve(new Map(ways.map((way) => [way, []]))) };

    await world.searcher().search(question, signal);
    await world.searcher({ passages: nothing }).search({ ...question, query: 'valve' }, signal);

    expect(await countedAs(world, 'penstock_search_hits')).toEqual(
      expect.arrayContaining([
        'penstock_search_hits_bucket{le="0",route="hybrid",cached="false"} 1',
        'penstock_search_hits_bucket{le="1",route="hybrid",cached="false"} 2',
        'penstock_search_hits_sum{route="hybrid",cached="false"} 1',
      ]),
    );
  });
});

describe('a question that no store answers', () => {
  const counted = (world: World): Promise<string[]> => countedAs(world, 'penstock_searches_total{');

  it('is counted and kept for analysis as failed', async () => {
    const world = new World();

    await expect(world.searcher({ passages: { lists: away } }).search(question, signal)).rejects.toMatchObject({
      reason: 'stores-away',
    });

    expect(await counted(world)).toEqual(['penstock_searches_total{route="hybrid",outcome="failed",cached="false"} 1']);
    expect(world.log.asked).toMatchObject([{ query: 'pump', route: 'hybrid', hits: 0, leftOut: 1, failed: true }]);
  });

  it('is not counted if nobody waits for the answer any more, or if it makes no sense', async () => {
    const world = new World();
    const asker = new AbortController();
    const lists = (): Promise<never> => {
      asker.abort();
      return away();
    };

    await expect(world.searcher({ passages: { lists } }).search(question, asker.signal)).rejects.toThrow();
    await expect(world.searcher().search({ ...question, query: '' }, signal)).rejects.toThrow(
      'query must not be empty',
    );

    expect([await counted(world), world.log.asked]).toEqual([[], []]);
  });
});

describe('the pages of a long list', () => {
  /** As a store may: equal scores come in another order for each limit. */
  const ordered = (total: number, prime: number, limit: number): RankedPassage[] =>
    Array.from({ length: total }, (_, seq) => ({ ingestionId: 'i', seq, score: 1 }))
      .sort((one, other) => ((one.seq * limit) % prime) - ((other.seq * limit) % prime))
      .slice(0, limit);

  it.each([
    ['as long as one another', [20]],
    ['each as long as it was asked for', [7, 100, 1, 43, 50]],
  ])('are cuts of one list, without repeats and holes: %s', async (_, limits) => {
    const total = 290;
    const passages = {
      lists: (ways: readonly PassageWay[], vectors: unknown, { limit }: PassageScope) =>
        Promise.resolve(new Map(ways.map((way) => [way, ordered(total, way === 'hybrid' ? 307 : 311, limit)]))),
    };
    const searcher = new World().searcher({ passages });
    const asked: SearchRequest = { ...question, mode: 'auto', query: 'ERR-1042' };
    const seen: number[] = [];
    for (let page = 0, more = true; more; page += 1) {
      const limit = limits[page % limits.length] ?? 1;
      const { hits, nextCursor } = await searcher.search({ ...asked, limit, offset: seen.length }, signal);
      seen.push(...hits.map(({ seq }) => seq));
      more = nextCursor !== undefined;
    }

    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(total);
  });
});

describe('the page after the last that may be asked for', () => {
  it.each([
    [980, true],
    [990, true],
    [991, false],
    [1000, false],
  ])('is not offered: from %d', async (offset, offered) => {
    const many = Array.from({ length: 1200 }, (_, seq) => ({ ingestionId: 'i', seq, score: 1 }));
    const lists = (ways: readonly PassageWay[]) => Promise.resolve(new Map(ways.map((way) => [way, many])));

    const answer = await new World().searcher({ passages: { lists } }).search({ ...question, offset }, signal);

    expect([answer.hits.length, answer.nextCursor !== undefined]).toEqual([10, offered]);
  });
});

describe('a store that never answers', () => {
  const budgetMs = 40;
  const shown = { passages: () => Promise.resolve(new Map([['i/0', { ...ref, text: 'of Qdrant' }]])) };
  const ref = { ingestionId: 'i', seq: 0 };

  it('holds up an answer for the budget at most if it is the cache, and nothing is given to it', async () => {
    const world = new World();
    const put: string[] = [];
    const cache = { get: never, put: (key: string) => Promise.resolve(put.push(key)) } as unknown as AnswerCache;

    const { hits, leftOut, tookMs } = await world.searcher({ cache }, budgetMs).search(question, signal);
    await nextTurn();

    expect([hits.length, leftOut, put]).toEqual([1, [], []]);
    expect(tookMs).toBeLessThan(10_000);
  });

  it('leaves an answer whole that can only not be kept, if it is asked for the version', async () => {
    const world = new World();

    const answer = await world.searcher({ documents: { dataVersion: never } }, budgetMs).search(question, signal);
    await nextTurn();

    expect(answer).toMatchObject({ hits: [{ text: 'first' }], leftOut: [] });
    expect(world.cache.answers.size).toBe(0);
  });

  it('leaves the text to another store, if it is asked how passages read', async () => {
    const world = new World();
    const searcher = world.searcher({ documents: { cited: never }, passages: shown }, budgetMs);

    expect(await searcher.search(question, signal)).toMatchObject({
      hits: [{ text: 'of Qdrant', entities: [] }],
      leftOut: [{ way: 'entities', stores: ['postgres'], reason: 'too-slow' }],
    });
  });

  it('is no answer if there is none to say how passages read', async () => {
    const world = new World();
    const searcher = world.searcher({ documents: { cited: never }, passages: { passages: never } }, budgetMs);

    await expect(searcher.search(question, signal)).rejects.toMatchObject({ kind: 'transient', reason: 'too-slow' });
  });
});
