import { describe, expect, it } from '@jest/globals';

import { replayOf } from './dead-letter-filter.js';

describe('a request to replay many letters', () => {
  it('asks for a hundred unless it says how many', () => {
    expect(replayOf({ reason: 'store-refused' })).toMatchObject({ reason: 'store-refused', limit: 100 });
    expect(replayOf({ namespace: 'a', limit: 1000, cursor: '17' })).toMatchObject({ limit: 1000, cursor: '17' });
  });

  it.each([
    ['no filter', {}],
    ['only a limit', { limit: 5 }],
    ['too many', { reason: 'x', limit: 1001 }],
    ['none', { reason: 'x', limit: 0 }],
    ['a part of one', { reason: 'x', limit: 1.5 }],
    ['a filter that is no text', { stage: 7 }],
    ['a filter nobody knows', { reason: 'x', everything: true }],
    ['no object', ['x']],
    ['nothing', undefined],
  ])('is refused if it has %s', (_what, body) => {
    expect(() => replayOf(body)).toThrow(expect.objectContaining({ reason: 'bad-request' }));
  });
});
