import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import type { FactIndex, FactTimes, StatedFact } from '#stores/reading';

import { dateFacts } from './date-facts.js';
import type { Hit } from './hit.js';

const [may, june] = [Date.UTC(2026, 4, 1), Date.UTC(2026, 5, 1)];
const fact = (uuid: string, relation: string): StatedFact => ({
  ...{ uuid, source: 'Ada', sourceUuid: 'ada', relation, target: 'ACME', targetUuid: 'acme' },
  ...{ fact: `Ada ${relation} ACME.`, validAt: may, invalidAt: null },
});
const hit = (...facts: StatedFact[]): Hit => ({
  ...{ namespace: 'n', documentId: 'd', ingestionId: 'i', version: 1, seq: 0, title: null, mediaType: 'text/plain' },
  ...{ source: 'inline', location: null, text: '', startOffset: 0, endOffset: 0, headingPath: [], origin: null },
  ...{ score: 1, scores: {}, snippet: { text: '', highlights: [] }, entities: [], facts },
});

/** A graph that knows these facts, and what it was asked for. */
function graph(times: Readonly<Record<string, FactTimes>>) {
  const asked: (readonly string[])[] = [];
  const index: Pick<FactIndex, 'times'> = {
    times: (uuids) => {
      asked.push(uuids);
      return Promise.resolve(new Map(Object.entries(times)));
    },
  };
  return { asked, index };
}

const scope = { namespace: 'n', signal: new AbortController().signal, budgetMs: 10_000 };

describe('facts at hits', () => {
  it('that a later document contradicts end when the graph says so', async () => {
    const { index } = graph({ led: { validAt: may, invalidAt: june } });

    const { hits, leftOut } = await dateFacts([hit(fact('led', 'CEO_OF'), fact('met', 'MET_WITH'))], index, scope);

    expect(hits[0]?.facts).toEqual([{ ...fact('led', 'CEO_OF'), invalidAt: june }, fact('met', 'MET_WITH')]);
    expect(leftOut).toEqual([]);
  });

  it('that nothing can contradict are not asked for, nor is the graph if there are no others', async () => {
    const { asked, index } = graph({});

    await dateFacts([hit(fact('met', 'MET_WITH'))], index, scope);
    await dateFacts([hit(fact('led', 'CEO_OF'), fact('met', 'MET_WITH')), hit(fact('led', 'CEO_OF'))], index, scope);

    expect(asked).toEqual([['led']]);
  });

  it('that the graph does not know yet stay as their document states them', async () => {
    const { hits } = await dateFacts([hit(fact('new', 'CEO_OF'))], graph({}).index, scope);

    expect(hits[0]?.facts).toEqual([fact('new', 'CEO_OF')]);
  });

  it.each<[string, () => Promise<never>, number, string]>([
    [
      'is away',
      () => Promise.reject(new TransientFailure('away', { reason: 'neo4j-unavailable' })),
      10_000,
      'neo4j-unavailable',
    ],
    ['is slow', () => new Promise(() => undefined), 1, 'too-slow'],
  ])('stay so if the graph %s, and the answer says it', async (_, times, budgetMs, reason) => {
    const given = [hit(fact('led', 'CEO_OF'))];

    const { hits, leftOut } = await dateFacts(given, { times }, { ...scope, budgetMs });

    expect(hits).toEqual(given);
    expect(leftOut).toEqual([{ way: 'times', stores: ['neo4j'], reason }]);
  });
});
