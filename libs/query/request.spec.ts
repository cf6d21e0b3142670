import { describe, expect, it } from '@jest/globals';

import { checkRequest, type SearchRequest } from './request.js';

const question: SearchRequest = { query: 'pump', namespace: 'n', mode: 'auto', filter: {}, limit: 10, offset: 0 };

describe('a date in the question that does not exist', () => {
  const query = 'Who led ACME as of 2026-02-30?';

  it.each(['auto', 'graph'] as const)('is refused in mode %s, which would look for what held then', (mode) => {
    expect(() => checkRequest({ ...question, query, mode })).toThrow('there is no 2026-02-30 to ask as of');
  });

  it.each(['semantic', 'keyword', 'hybrid', 'metadata'] as const)('is words like others in mode %s', (mode) => {
    expect(checkRequest({ ...question, query, mode }).query).toBe(query);
  });

  it('is words like others in quotes, and beside a time that is given', () => {
    const quoted = '"as of 2026-02-30"';

    expect(checkRequest({ ...question, query: quoted }).query).toBe(quoted);
    expect(checkRequest({ ...question, query, asOf: 0 }).query).toBe(query);
  });
});

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
