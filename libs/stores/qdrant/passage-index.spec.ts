import type { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, it } from '@jest/globals';

import type { PassageScope } from '#stores/reading';

import { QdrantPassageIndex } from './passage-index.js';
import type { PointLists } from './point-lists.js';

const { signal } = new AbortController();
const vectors = { dense: [1, 0], sparse: { indices: [], values: [] } };

/** How many points were asked for, of each list. */
async function limitsFor(scope: Partial<PassageScope>): Promise<number[]> {
  const limits: number[] = [];
  const lists = {
    of: (_: string, searches: readonly { readonly limit: number }[]) => {
      limits.push(...searches.map(({ limit }) => limit));
      return Promise.resolve(searches.map(() => ({ points: [] })));
    },
  };
  const index = new QdrantPassageIndex({} as QdrantClient, lists as unknown as PointLists);
  await index.lists(['hybrid'], vectors, { namespace: 'n', filter: {}, limit: 50, signal, ...scope });
  return limits;
}

describe('a fused list', () => {
  it.each<[string, Partial<PassageScope>, number]>([
    ['three times as long as it answers', {}, 150],
    ['not too short for a short answer', { limit: 1 }, 30],
    ['as long as it was told', { depth: 80 }, 80],
    ['never shorter than it answers', { depth: 10 }, 50],
  ])('is made of lists that are %s', async (_, scope, limit) => {
    expect(await limitsFor(scope)).toEqual([limit]);
  });
});
