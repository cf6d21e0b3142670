import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import type { PassageWay } from '#stores/reading';

import { askWays, type Indexes } from './ask-ways.js';
import { planRoute } from './plan-route.js';

const never = (): Promise<never> => new Promise(() => undefined);
const away = (): Promise<never> => Promise.reject(new TransientFailure('away', { reason: 'qdrant-unavailable' }));
const place = { ingestionId: 'i', seq: 0, score: 1 };
const lists = (ways: readonly PassageWay[]) => Promise.resolve(new Map(ways.map((way) => [way, [place]])));

/** The newest documents, which PostgreSQL knows, and passages beside them. */
const ask = (matching: () => Promise<unknown>, passages: (ways: readonly PassageWay[]) => Promise<unknown>) => {
  const indexes = { documents: { matching }, passages: { lists: passages } } as unknown as Indexes;
  const asked = {
    query: 'latest files',
    words: [],
    vectors: () => Promise.resolve({ dense: [], sparse: {} as never }),
  };
  const scope = { namespace: 'n', filter: {}, limit: 10, signal: new AbortController().signal };
  return askWays(planRoute(asked.query, 'auto'), indexes, asked, { ...scope, budgetMs: 20 });
};

describe('a store that', () => {
  it('does not answer within the budget is left out as too slow, and the others are heard', async () => {
    const answer = await ask(never, lists);

    expect(answer.lists.map(({ name, passages }) => [name, passages])).toEqual([['hybrid', [place]]]);
    expect(answer.leftOut).toEqual([{ way: 'metadata', stores: ['postgres'], reason: 'too-slow' }]);
  });

  it('is away is left out for its own reason', async () => {
    const answer = await ask(() => Promise.resolve([place]), away);

    expect(answer.lists.map(({ name }) => name)).toEqual(['metadata']);
    expect(answer.leftOut).toEqual([{ way: 'hybrid', stores: ['qdrant'], reason: 'qdrant-unavailable' }]);
  });
});
