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
  const answer = { hits: [hit], route, entities: [], facts: [], leftOut: [], cached: false, tookMs: 1, ...found };
  return { search: () => Promise.resolve(answer) };
}

type Graph = Pick<GraphReader, 'timeline' | 'explore' | 'stats'>;

const graph: Graph = {
  timeline: () => Promise.resolve({ items: [fact], cut: false }),
  explore: () => Promise.resolve({ entities: [], facts: [fact], cut: false }),
  stats: () => Promise.resolve({ documents: 3, entities: 1, facts: 1, types: {} }),
};
const away = (): Promise<never> => Promise.reject(new TransientFailure('away', { reason: 'neo4j-unavailable' }));
const graphAway: Graph = { timeline: away, explore: away, stats: away };

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

const ask = (asker: Asker) => asker.ask(request, new AbortController().signal);

describe('Asker', () => {
  it.each<[Way, Partial<SearchAnswer>, string[]]>([
    ['graph', { entities: [acme], facts: [fact] }, ['search_memory', 'get_entity_timeline', 'explore_graph']],
    ['graph', {}, ['search_memory', 'search_memory']],
    ['hybrid', {}, ['search_memory', 'get_graph_stats']],
  ])('looks up what a question by way of %s suggests (%#)', async (route, found, tools) => {
    const { steps, leftOut } = await ask(new Asker(searcher(route, found), graph));

    expect(steps.map(({ tool }) => tool)).toEqual(tools);
    expect(leftOut).toEqual([]);
  });

  it.each<[Way, Partial<SearchAnswer>, string[]]>([
    ['hybrid', {}, ['stats']],
    ['graph', { entities: [acme] }, ['timeline', 'neighbourhood']],
  ])('answers without the graph, and says so, by way of %s', async (route, found, missing) => {
    const { answer, leftOut } = await ask(new Asker(searcher(route, found), graphAway));

    expect(answer).toContain('John Smith');
    expect(leftOut.map(({ way, reason }) => [way, reason])).toEqual(missing.map((way) => [way, 'neo4j-unavailable']));
  });

  it('leaves its sentences as they stand in documents if no model words them', async () => {
    const { answer, wordedBy } = await ask(new Asker(searcher('graph', { facts: [fact] }), graph));

    expect(answer).toBe('John Smith is the CEO of ACME. [1]');
    expect(wordedBy).toBeNull();
  });

  it('has a model word them, from numbered passages and their dated facts', async () => {
    const words = new Words(() => Promise.resolve([{ text: 'Smith leads ACME.', citations: [1] }]));

    const { answer, sentences, wordedBy } = await ask(new Asker(searcher('graph'), graph, words));

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
    const { answer, wordedBy, leftOut } = await ask(new Asker(searcher('graph'), graph, new Words(answerOf)));

    expect(answer).toBe('John Smith is the CEO of ACME. [1]');
    expect(wordedBy).toBeNull();
    expect(leftOut).toEqual([{ way: 'wording', stores: [], reason }]);
  });

  it('keeps the documents’ own sentences if the model finds no answer in them', async () => {
    const { answer, leftOut } = await ask(new Asker(searcher('graph'), graph, new Words(() => Promise.resolve([]))));

    expect(answer).toContain('John Smith');
    expect(leftOut).toEqual([]);
  });
});
