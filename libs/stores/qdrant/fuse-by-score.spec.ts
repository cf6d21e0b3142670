import { describe, expect, it } from '@jest/globals';

import type { RankedPassage } from '#stores/reading';

import { fuseByScore } from './fuse-by-score.js';

const passages = (scores: Readonly<Record<string, number>>): RankedPassage[] =>
  Object.entries(scores).map(([ingestionId, score]) => ({ ingestionId, seq: 0, score }));

const order = (semantic: Readonly<Record<string, number>>, keyword: Readonly<Record<string, number>>): string[] =>
  fuseByScore(passages(semantic), passages(keyword)).map(({ ingestionId }) => ingestionId);

describe('fuseByScore', () => {
  it('puts first what both lists hold', () => {
    expect(order({ a: 0.6, b: 0.55, c: 0.5 }, { b: 12, d: 9 })).toEqual(['b', 'd', 'a', 'c']);
  });

  it('lets rare words win over little meaning, and not the best of a bad lot', () => {
    expect(order({ near: 0.3, far: 0.25 }, { rare: 30 })[0]).toBe('rare');
    expect(order({ near: 0.8, far: 0.25 }, { common: 2 })[0]).toBe('near');
  });

  it('takes either list alone, and none', () => {
    expect(order({ a: 0.6, b: 0.5 }, {})).toEqual(['a', 'b']);
    expect(order({}, { a: 3, b: 2 })).toEqual(['a', 'b']);
    expect(order({}, {})).toEqual([]);
  });

  it('scores between 0 and 1, and orders equal scores by key', () => {
    const fused = fuseByScore(passages({ b: 1, a: 1, c: -0.5 }), passages({ a: 1e6, b: 1e6 }));

    expect(fused.map(({ ingestionId }) => ingestionId)).toEqual(['a', 'b', 'c']);
    expect(fused.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
  });
});
