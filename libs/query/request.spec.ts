import { describe, expect, it } from '@jest/globals';

import { checkRequest, type SearchRequest } from './request.js';

const question: SearchRequest = { query: 'pump', namespace: 'n', mode: 'auto', filter: {}, limit: 10, offset: 0 };

describe('a span of time that nothing can lie in', () => {
  it.each([
    [2, 1],
    [1, 1],
  ])('is refused: since %d until %d', (since, until) => {
    expect(() => checkRequest({ ...question, filter: { since, until } })).toThrow('filter.since must be before');
  });

  it.each([{ since: 1, until: 2 }, { since: 1 }, { until: 1 }])('is none of these: %j', (filter) => {
    expect(checkRequest({ ...question, filter }).filter).toEqual(filter);
  });
});
