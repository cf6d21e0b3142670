import { describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';
import { WordingModel, type WordedSentence, type WordingPassage } from '#models';

import type { SearchAnswer } from './answer.js';
import { Asker } from './asker.js';
import type { GraphReader } from './graph-reader.js';
import type { Hit } from './hit.js';
import type { Way } from './plan-route.js';
import type { SearchRequest } from './request.js';

const acme = { uuid: 'e', name: 'ACME', type: 'Organization' };
const fact = {
  ...{ uuid: 'f', source: 'John Smith', sourceUuid: 's', relation: 'CEO_OF', target: 'ACME', targetUuid: 'e' },
  ...{ fact: 'John Smith is the CEO of ACME.', validAt: Date.UTC(2020, 0, 1), invalidAt: null },
  documents: [{ documentId: 'd', version: 1, ingestionId: 'i' }],
  documentCount: 1,
};
const hit: Hit = {
  ...{ namespace: 'n', documentId: 'd', ingestionId: 'i', version: 1, seq: 0, title: null, mediaType: 'text/plain' },
  ...{
    source: 'inline',
    location: null,
    text: 'John Smith is the CEO of ACME.',
    startOffset: 0,
    endOffset: 30,
    headingPath: [],
    origin: null,
  },
  ...{ score: 1, scores: {}, snippet: { text: '', highlights: [] }, entities: [acme], facts: [fact] },
};
const request: SearchRequest = {
  ...{ query: 'Who is the CEO of ACME?', namespace: 'n', mode: 'auto', filter: {}, limit: 10, offset: 0 },
};

function searcher(route: Way, found: Partial<SearchAnswer> = {}): { search(): Promise<SearchAnswer> } {
  const nothing = { embedding: null, entities: [], facts: [], leftOut: [], cached: false, tookMs: 1 };
  return { search: () => Promise.resolve({ hits: [hit], route, ...nothing, ...found }) };
}

type Graph = Pick<GraphReader, 'timeline' | 'explore' | 'stated' | 'stating' | 'stats'>;

const graph: Graph = {
  timeline: () => Promise.resolve({ items: [fact], cut: false }),
  explore: () => Promise.resolve({ entities: [], facts: [fact], cut: false }),
  stats: () => Promise.resolve({ documents: 3, entities: 1, facts: 1, types: { Organization: 1 } }),
  stated: (uuids) => Promise.resolve(new Set(uuids)),
  stating: () => Promise.resolve([]),
};
const away = (): Promise<never> => Promise.reject(new TransientFailure('away', { reason: 'neo4j-unavailable' }));
const graphAway: Graph = { timeline: away, explore: away, stated: away, stating: away, stats: away };

class Words extends WordingModel {
  override readonly id = 'test/words';
  readonly asked: (readonly WordingPassage[])[] = [];

  constructor(private readonly answer: () => Promise<readonly WordedSentence[]>) {
    super();
  }

  override word(_question: string, passages: readonly WordingPassage[]): Promise<readonly WordedSentence[]> {
    this.asked.push(passages);
    return this.answer();
  }
}

/** Longer than anything takes here. */
const budgetMs = 60_000;
const ask = (asker: Asker) => asker.ask(request, new AbortController().signal);

const around = ['get_entity_timeline', 'explore_graph'];

describe('Asker', () => {
  it.each<[Way, Partial<SearchAnswer>, string[]]>([
    ['graph', { entities: [acme], facts: [fact] }, ['search_memory', 'get_entity_timeline', 'explore_graph']],
    ['graph', {}, ['search_memory', 'search_memory']],
    ['hybrid', {}, ['search_memory', 'search_memory']],
    ['semantic', {}, ['search_memory', 'search_memory']],
    [
      ...(['hybrid', { entities: [acme, { ...acme, uuid: 'e2' }, { ...acme, uuid: 'e3' }] }] as const),
      ['search_memory', 'search_memory', ...around, ...around],
    ],
  ])('looks up what a question by way of %s suggests (%#)', async (route, found, tools) => {
    const { steps, leftOut } = await ask(new Asker(searcher(route, found), graph, { budgetMs }));

    expect(steps.map(({ tool }) => tool)).toEqual(tools);
    expect(leftOut).toEqual([]);
  });

  it.each<[Way, Partial<SearchAnswer>, string[]]>([
    ['hybrid', {}, []],
    ['graph', { entities: [acme] }, ['timeline', 'neighbourhood']],
  ])('answers without the graph, and says so, by way of %s', async (route, found, missing) => {
    const { answer, leftOut } = await ask(new Asker(searcher(route, found), graphAway, { budgetMs }));

    expect(answer).toContain('John Smith');
    expect(leftOut.map(({ way, reason }) => [way, reason])).toEqual(missing.map((way) => [way, 'neo4j-unavailable']));
  });

  it.each([null, { model: 'hash/8', dimensions: 8 }])('says what passages were compared by: %j', async (embedding) => {
    const asker = new Asker(searcher('hybrid', { embedding }), graph, { budgetMs });

    expect(await ask(asker)).toMatchObject({ embedding });
  });

  it('leaves its sentences as they stand in documents if no model words them', async () => {
    const { answer, wordedBy } = await ask(new Asker(searcher('graph', { facts: [fact] }), graph, { budgetMs }));

    expect(answer).toBe('John Smith is the CEO of ACME. [1]');
    expect(wordedBy).toBeNull();
  });

  it('has a model word them, from numbered passages and their dated facts', async () => {
    const words = new Words(() => Promise.resolve([{ text: 'Smith leads ACME.', citations: [1] }]));

    const { answer, sentences, wordedBy } = await ask(
      new Asker(searcher('graph'), graph, { budgetMs, wording: words }),
    );

    expect(answer).toBe('Smith leads ACME. [1]');
    expect(sentences).toEqual([{ text: 'Smith leads ACME.', citations: [1] }]);
    expect(wordedBy).toBe('test/words');
    expect(words.asked).toEqual([
      [{ number: 1, text: hit.text, facts: ['John Smith is the CEO of ACME. (from 2020-01-01)'] }],
    ]);
  });

  it.each([
    [
      'is away',
      () => Promise.reject(new TransientFailure('away', { reason: 'model-unavailable' })),
      'model-unavailable',
    ],
    [
      'talks nonsense',
      () => Promise.reject(new PermanentFailure('?', { reason: 'model-answer-invalid' })),
      'model-answer-invalid',
    ],
  ])('does without a model that %s, and says so', async (_, answerOf, reason) => {
    const { answer, wordedBy, leftOut } = await ask(
      new Asker(searcher('graph'), graph, { budgetMs, wording: new Words(answerOf) }),
    );

    expect(answer).toBe('John Smith is the CEO of ACME. [1]');
    expect(wordedBy).toBeNull();
    expect(leftOut).toEqual([{ way: 'wording', stores: [], reason }]);
  });

  it('keeps the documents’ own sentences if the model finds no answer in them', async () => {
    const wording = new Words(() => Promise.resolve([]));
    const { answer, leftOut } = await ask(new Asker(searcher('graph'), graph, { budgetMs, wording }));

    expect(answer).toContain('John Smith');
    expect(leftOut).toEqual([]);
  });
});

const ended = {
  ...{ ...fact, uuid: 'ended', source: 'Mary Major', fact: 'Mary Major is the CEO of ACME.' },
  ...{ validAt: Date.UTC(2010, 0, 1), invalidAt: Date.UTC(2019, 11, 31) },
};
const seat = { ...fact, uuid: 'seat', relation: 'BASED_IN', fact: 'ACME is headquartered in Berlin.', validAt: null };
const minutes: Hit = { ...hit, documentId: 'minutes', ingestionId: 'm', text: 'Minutes.', facts: [ended, seat] };
const lookingBack: Graph = {
  ...graph,
  timeline: () => Promise.resolve({ items: [ended, fact], cut: false }),
  explore: () => Promise.resolve({ entities: [], facts: [seat], cut: false }),
  stating: (uuids) => Promise.resolve(uuids.some((uuid) => ['ended', 'seat'].includes(uuid)) ? [minutes] : []),
};
const named = { entities: [acme], facts: [fact] };

async function answerTo(query: string, route: Way, found: Partial<SearchAnswer>, given: Partial<SearchRequest> = {}) {
  const asker = new Asker(searcher(route, found), lookingBack, { budgetMs });
  return asker.ask({ ...request, query, ...given }, new AbortController().signal);
}

describe('what look-ups around a name find', () => {
  it('is told with its time and cited, if the question is one of the past', async () => {
    const { answer, citations, facts } = await answerTo('Who was the CEO of ACME?', 'graph', named);

    expect(answer).toBe(
      'John Smith is the CEO of ACME. [1] Mary Major is the CEO of ACME. (from 2010-01-01 until 2019-12-31) [2]',
    );
    expect(citations.map(({ documentId }) => documentId)).toEqual(['d', 'minutes']);
    expect(facts.map(({ uuid }) => uuid)).toEqual(['f', 'seat', 'ended']);
  });

  it('is a story in the order of time, if the question asks for one', async () => {
    const { answer } = await answerTo('How did the CEO of ACME change over time?', 'semantic', named);

    expect(answer).toMatch(/^Mary Major is .* \(from 2010-01-01 until 2019-12-31\) \[2\] John Smith is /);
  });

  it('is not told of what ended, if the question is one of today, or of another time', async () => {
    const today = await answerTo('Who is the CEO of ACME?', 'graph', named);
    const then = await answerTo('Who was the CEO of ACME?', 'graph', named, { asOf: Date.UTC(2021, 0, 1) });

    expect(today.answer).not.toContain('Mary Major');
    expect(then.answer).not.toContain('Mary Major');
  });

  it('is what held at the time that is asked for, before anything that passages say', async () => {
    const asked = { asOf: Date.UTC(2021, 0, 1) };
    const { answer, steps } = await answerTo('Tell of the CEO of ACME', 'semantic', named, asked);

    expect(steps.map(({ tool }) => tool)).toEqual(['search_memory', 'search_as_of', ...around]);
    expect(answer).toBe('John Smith is the CEO of ACME. [1]');
  });

  it('is cited by a passage that states it, though the search did not find that', async () => {
    const { answer } = await answerTo('Where is ACME headquartered?', 'graph', named);

    expect(answer).toMatch(/^ACME is headquartered in Berlin\. \[2\]/);
  });

  it('adds nothing to passages but what answers the question', async () => {
    const { answer } = await answerTo('ACME pumps', 'hybrid', named);

    expect(answer).toBe('John Smith is the CEO of ACME. [1]');
  });

  it('is looked up in the graph after a search by meaning and letter, and told', async () => {
    const { answer, steps } = await answerTo('headquarters ACME', 'hybrid', named);

    expect(steps.map(({ tool }) => tool)).toEqual(['search_memory', 'search_memory', ...around]);
    expect(answer).toContain('ACME is headquartered in Berlin. [2]');
  });
});

describe('what look-ups around a name find under a filter', () => {
  const filtered = { ...request, query: 'Who was the CEO of ACME?', filter: { documentId: ['d'] } };
  const askWith = (stated: Graph['stated']) => {
    const asker = new Asker(searcher('graph', named), { ...lookingBack, stated }, { budgetMs });
    return asker.ask(filtered, new AbortController().signal);
  };

  it('is only what a document that it lets through states', async () => {
    const { answer, facts, steps } = await askWith((uuids, { filter }) => {
      expect(filter).toEqual(filtered.filter);
      return Promise.resolve(new Set(uuids.filter((uuid) => uuid !== 'ended')));
    });

    expect(facts.map(({ uuid }) => uuid)).toEqual(['f', 'seat']);
    expect(answer).not.toContain('Mary Major');
    expect(steps.map(({ tool, found }) => [tool, found])).toEqual([
      ['search_memory', 1],
      ['get_entity_timeline', 1],
      ['explore_graph', 1],
    ]);
  });

  it('is nothing if the store is away that knows what documents state, and that is said', async () => {
    const postgresAway = new TransientFailure('away', { reason: 'postgres-unavailable' });

    const { facts, leftOut } = await askWith(() => Promise.reject(postgresAway));

    expect(facts.map(({ uuid }) => uuid)).toEqual(['f']);
    expect(leftOut).toEqual([{ way: 'entities', stores: ['postgres'], reason: 'postgres-unavailable' }]);
  });
});

describe('how much there is', () => {
  it('is counted, not searched for', async () => {
    const { answer, confidence, sentences, steps, wordedBy } = await answerTo(
      ...(['How many documents are there?', 'metadata', {}] as const),
    );

    expect(answer).toBe('Namespace n holds 3 documents, 1 entity (1 Organization) and 1 fact.');
    expect({ confidence, wordedBy, citations: sentences[0]?.citations }).toEqual({
      ...{ confidence: 1, wordedBy: null, citations: [] },
    });
    expect(steps.map(({ tool }) => tool)).toEqual(['search_memory', 'get_graph_stats']);
  });

  it('is not said if the graph is away, and that is said', async () => {
    const asker = new Asker(searcher('metadata'), graphAway, { budgetMs });

    const { leftOut } = await asker.ask(
      { ...request, query: 'How many documents are there?' },
      new AbortController().signal,
    );

    expect(leftOut.map(({ way }) => way)).toEqual(['stats']);
  });
});

describe('what does not answer in time', () => {
  const soon = { budgetMs: 5 };
  const hangs = (): Promise<never> => new Promise(() => undefined);
  const reasons = async (asker: Asker, query: string) => {
    const { answer, leftOut } = await asker.ask({ ...request, query }, new AbortController().signal);
    return { answer, leftOut: leftOut.map(({ way, stores, reason }) => [way, ...stores, reason]) };
  };

  it('is left out if it is what lies around a name, which is told to stop', async () => {
    const told: (AbortSignal | undefined)[] = [];
    const hangsUntil = (signal?: AbortSignal): Promise<never> => {
      told.push(signal);
      return hangs();
    };
    const slow: Graph = {
      ...graph,
      timeline: (_namespace, _uuid, _limit, _cursor, signal) => hangsUntil(signal),
      explore: (_namespace, _uuid, { signal }) => hangsUntil(signal),
    };

    const found = await reasons(new Asker(searcher('graph', named), slow, soon), 'Who is the CEO of ACME?');

    expect(found).toEqual({
      answer: 'John Smith is the CEO of ACME. [1]',
      leftOut: [
        ['timeline', 'neo4j', 'too-slow'],
        ['neighbourhood', 'neo4j', 'too-slow'],
      ],
    });
    expect(told.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  it.each([
    ['how much there is', 'How many documents are there?', { stats: hangs }, ['stats', 'neo4j', 'too-slow']],
    ['a passage to cite', 'Where is ACME headquartered?', { stating: hangs }, ['entities', 'postgres', 'too-slow']],
  ])('is left out if it is %s', async (_, query, slow, missing) => {
    const asker = new Asker(searcher('graph', named), { ...lookingBack, ...slow }, soon);

    expect((await reasons(asker, query)).leftOut).toEqual([missing]);
  });
});
