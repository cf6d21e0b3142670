import { describe, expect, it } from '@jest/globals';

import { HashEmbeddingModel } from '#models';

import { comparedBy } from './compared-by.js';
import { planRoute } from './plan-route.js';
import type { SearchMode } from './request.js';

const model = new HashEmbeddingModel(8);
const byModel = { model: 'hash/8', dimensions: 8 };

describe('what passages were compared by', () => {
  it.each<[SearchMode, typeof byModel | null]>([
    ['semantic', byModel],
    ['hybrid', byModel],
    ['keyword', null],
    ['graph', null],
    ['metadata', null],
  ])('in mode %s is %j', (mode, expected) => {
    expect(comparedBy(planRoute('pump', mode), [], model)).toEqual(expected);
  });

  it('is the model beside any way that a question takes by itself, unless what compares by meaning is left out', () => {
    const plan = planRoute('Who is the CEO of ACME?', 'auto');

    expect(plan.route).toBe('graph');
    expect(comparedBy(plan, [{ way: 'graph' }], model)).toEqual(byModel);
    expect(comparedBy(plan, [{ way: 'hybrid' }], model)).toBeNull();
  });
});
