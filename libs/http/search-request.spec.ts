import { describe, expect, it } from '@jest/globals';

import { searchRequestOf, timeOf } from './search-request.js';

describe('a question of a time', () => {
  it.each(['graph', 'auto', undefined] as const)('may be asked in mode %s', (mode) => {
    const request = searchRequestOf({ query: 'a', asOf: '2024-05-01', ...(mode === undefined ? {} : { mode }) });

    expect(request.asOf).toBe(Date.UTC(2024, 4, 1));
  });

  it.each(['semantic', 'keyword', 'hybrid', 'metadata'] as const)('is refused in mode %s', (mode) => {
    expect(() => searchRequestOf({ query: 'a', asOf: '2024-05-01', mode })).toThrow('asOf needs mode auto or graph');
  });
});

describe('timeOf', () => {
  it.each([
    ['2026-11-28', Date.UTC(2026, 10, 28)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-11-28T12:30', Date.UTC(2026, 10, 28, 12, 30)],
    ['2026-11-28 12:30:15Z', Date.UTC(2026, 10, 28, 12, 30, 15)],
    ['2026-11-28T12:30:15.250+02:00', Date.UTC(2026, 10, 28, 10, 30, 15, 250)],
  ])('reads %s; without a zone it is UTC', (text, ms) => {
    expect(timeOf(text, 'since')).toBe(ms);
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-11-28T25:00',
    'tomorrow',
    '28.11.2026',
    '',
    '2026',
    '1e400',
  ])('refuses %j', (text) => {
    expect(() => timeOf(text, 'since')).toThrow('since must be a day or time that exists');
  });
});
