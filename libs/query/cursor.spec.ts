import { describe, expect, it } from '@jest/globals';

import { makeCursor, readCursor } from './cursor.js';
import type { SearchRequest } from './request.js';

const request: SearchRequest = { query: 'q', namespace: 'n', mode: 'auto', filter: {}, limit: 10, offset: 0 };

describe('a cursor', () => {
  it('leads to the page after the one it came with, also if that page has another size', () => {
    expect(readCursor(makeCursor(request, 10), { ...request, limit: 5 })).toBe(10);
  });

  it('is the same whatever the order in which a filter was written', () => {
    const cursor = makeCursor({ ...request, filter: { since: 1, until: 2 } }, 10);

    expect(readCursor(cursor, { ...request, filter: { until: 2, since: 1 } })).toBe(10);
  });

  it.each<[string, Partial<SearchRequest>]>([
    ['another query', { query: 'p' }],
    ['another namespace', { namespace: 'm' }],
    ['another mode', { mode: 'hybrid' }],
    ['another filter', { filter: { source: ['http'] } }],
    ['another time', { asOf: 1 }],
  ])('means nothing for %s', (_, change) => {
    expect(() => readCursor(makeCursor(request, 10), { ...request, ...change })).toThrow('not one of this question');
  });

  it.each(['', 'x', '%%%', 'a'.repeat(300), Buffer.from('abc.-1').toString('base64url')])('is not %j', (cursor) => {
    expect(() => readCursor(cursor, request)).toThrow('not one of this question');
  });
});
