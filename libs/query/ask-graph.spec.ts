import { describe, expect, it } from '@jest/globals';

import {
  DocumentIndex,
  FactIndex,
  type KnownFact,
  type PassageRef,
  type RankedPassage,
  type Scope,
  type SearchFilter,
} from '#stores/reading';

import { askGraph, nameCandidates } from './ask-graph.js';

const acme = { uuid: 'acme', name: 'ACME Corporation', type: 'Organization' };
const fact = (uuid: string, sentence: string, relation: string): KnownFact => ({
  ...{ uuid, source: 'x', sourceUuid: 'x', relation, target: acme.name, targetUuid: acme.uuid },
  ...{ fact: sentence, validAt: null, invalidAt: null, documents: [], documentCount: 0 },
});
const facts = [
  fact('a', 'ACME Corporation is headquartered in Berlin.', 'HEADQUARTERED_IN'),
  fact('b', 'ACME Corporation makes pumps.', 'MAKES'),
  fact('c', 'Daniel Okafor, CFO of ACME Corporation, approved it.', 'CFO_OF'),
];
/** Which document states which facts. */
const stated: Readonly<Record<string, readonly string[]>> = { report: ['a', 'b'], minutes: ['c'] };

class Facts extends FactIndex {
  override around: FactIndex['around'] = () => Promise.resolve(facts);
  override times = (): never => {
    throw new Error('not asked for');
  };
  override stats = (): never => {
    throw new Error('not asked for');
  };
}

/** Many facts of which more documents speak than of the others; ranks as the store does. */
class Hub extends Facts {
  readonly asked: number[] = [];

  constructor(private readonly count: number) {
    super();
  }

  override around: FactIndex['around'] = (_uuids, _time, { limit, words = [] }) => {
    this.asked.push(limit);
    const many = Array.from({ length: this.count }, (_, at) =>
      fact(`many-${at}`, 'ACME Corporation met X.', 'MET_WITH'),
    );
    const shared = ({ fact: text }: KnownFact): number =>
      words.filter((word) => text.toLowerCase().includes(word)).length;
    return Promise.resolve([...many, ...facts].sort((a, b) => shared(b) - shared(a)).slice(0, limit));
  };
}

const matches = (id: string, { documentId }: SearchFilter): boolean => documentId?.includes(id) !== false;

/** Scores passages as the store does: a passage counts for each fact it states, the first ones most. */
class Documents extends DocumentIndex {
  override entitiesNamed = (_namespace: string, names: readonly string[]) =>
    Promise.resolve(names.includes('acme corporation') ? [acme] : []);
  override stated = (uuids: readonly string[], { filter }: Pick<Scope, 'filter'>): Promise<Set<string>> => {
    const said = Object.entries(stated).flatMap(([id, ids]) => (matches(id, filter) ? ids : []));
    return Promise.resolve(new Set(said.filter((id) => uuids.includes(id))));
  };
  override stating = (uuids: readonly string[], { filter }: Scope): Promise<RankedPassage[]> => {
    const score = (ids: readonly string[]): number =>
      ids.reduce((sum, id) => sum + (uuids.includes(id) ? 1 / (uuids.indexOf(id) + 1) : 0), 0);
    const within = Object.entries(stated).filter(([id]) => matches(id, filter));
    const passages = within.map(([id, ids]) => ({ ingestionId: id, seq: 0, score: score(ids) }));
    return Promise.resolve(passages.filter((one) => one.score > 0).sort((one, other) => other.score - one.score));
  };
  override mentioning = (): Promise<RankedPassage[]> => Promise.resolve([{ ingestionId: 'mention', seq: 0, score: 1 }]);
  override matching = (): Promise<RankedPassage[]> => Promise.resolve([]);
  override cited = (_refs: readonly PassageRef[]) => Promise.resolve(new Map());
  override dataVersion = (): Promise<string> => Promise.resolve('1');
}

const scope = { namespace: 'n', filter: {}, limit: 10, signal: new AbortController().signal };
const ask = (query: string, words: readonly string[], asOf?: number, filter: SearchFilter = {}) => {
  const time = asOf === undefined ? {} : { asOf };
  const indexes = { documents: new Documents(), facts: new Facts() };
  return askGraph(indexes, { query, words, ...time }, { ...scope, filter });
};

describe('askGraph', () => {
  it('puts what states the fact that was asked for before what states many others', async () => {
    const answer = await ask('Who is the CFO of ACME Corporation?', ['who', 'cfo', 'acme', 'corporation']);

    expect(answer.facts[0]?.uuid).toBe('c');
    expect(answer.passages.map(({ ingestionId }) => ingestionId)).toEqual(['minutes']);
    expect(answer.fitting).toBe(true);
  });

  it('gives all that is stated and mentioned if no fact says more of the question than its names', async () => {
    const answer = await ask('ACME Corporation', ['acme', 'corporation']);

    expect(answer.passages.map(({ ingestionId }) => ingestionId)).toEqual(['report', 'minutes', 'mention']);
    expect(answer.facts).toHaveLength(3);
    expect(answer.fitting).toBe(false);
  });

  it('gives only what states a fact that held then, if it is asked for a time', async () => {
    const answer = await ask('ACME Corporation', ['acme', 'corporation'], Date.UTC(2020, 0, 1));

    expect(answer.passages.map(({ ingestionId }) => ingestionId)).toEqual(['report', 'minutes']);
  });

  it.each([
    ['report', ['a', 'b']],
    ['minutes', ['c']],
    ['elsewhere', []],
  ])('knows under a filter what the documents that match it state, and no more: %s', async (documentId, known) => {
    const filter = { documentId: [documentId] };
    const answer = await ask('ACME Corporation', ['acme', 'corporation'], undefined, filter);

    expect(answer.facts.map(({ uuid }) => uuid)).toEqual(known);
    expect(answer.entities).toEqual([acme]);
  });

  it('takes no fact for an answer that only other documents state', async () => {
    const filter = { documentId: ['report'] };
    const answer = await ask('Who is the CFO of ACME Corporation?', ['cfo', 'acme', 'corporation'], undefined, filter);

    expect(answer.facts.map(({ uuid }) => uuid)).not.toContain('c');
    expect(answer.passages.map(({ ingestionId }) => ingestionId)).toEqual(['report', 'mention']);
    expect(answer.fitting).toBe(false);
  });

  it('does not take a word that asks for one that tells', async () => {
    const answer = await ask('Where did ACME Corporation?', ['where', 'did', 'acme', 'corporation']);

    expect(answer.passages).toHaveLength(3);
  });

  it('has the store rank what is known of a hub, and asks for no more facts than it shows', async () => {
    const hub = new Hub(300);
    const question = { query: 'Who is the CFO of ACME Corporation?', words: ['who', 'cfo', 'acme', 'corporation'] };

    const answer = await askGraph({ documents: new Documents(), facts: hub }, question, scope);

    expect(answer.facts[0]?.uuid).toBe('c');
    expect(answer.passages.map(({ ingestionId }) => ingestionId)).toEqual(['minutes']);
    expect(hub.asked).toEqual([scope.limit]);
  });

  it('finds nothing around names that nobody knows', async () => {
    expect(await ask('Globex', ['globex'])).toEqual({ passages: [], fitting: false, entities: [], facts: [] });
  });
});

describe('nameCandidates', () => {
  it('are runs of words, without possessives and marks', () => {
    expect(nameCandidates('Is ACME’s plant big?')).toEqual(
      expect.arrayContaining(['acme', 'acme plant', 'plant', 'plant big']),
    );
  });
});
