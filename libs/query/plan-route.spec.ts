import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { planRoute } from './plan-route.js';
import { noSuchDateIn, signalsOf } from './query-signals.js';
import { searchModes } from './request.js';

describe('planRoute', () => {
  it.each(searchModes.filter((mode) => mode !== 'auto'))('takes %s as it is, whatever the question', (mode) => {
    expect(planRoute('Who is the CEO of ACME?', mode)).toMatchObject({ route: mode, ways: [{ way: mode }] });
  });

  it('asks for passages as well wherever the main way may know nothing', () => {
    expect(planRoute('Who is the CEO of ACME?', 'auto').ways.map(({ way }) => way)).toEqual(['graph', 'hybrid']);
  });

  it.each(['heat pump', 'ERR-1042', '"to the letter"', 'latest pdf files', 'How does ACME work?'])(
    'asks the graph for a time that is given beside the question: %s',
    (query) => {
      const { route, ways } = planRoute(query, 'auto', { asOf: 0 });

      expect([route, ...ways.map(({ way }) => way)]).toEqual(['graph', 'graph', 'hybrid']);
    },
  );

  it('has a way, a reason and the same answer again for any text, in no time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 4096 }), (query) => {
        const [one, two] = [planRoute(query, 'auto'), planRoute(query, 'auto')];

        expect(two).toEqual(one);
        expect(one.ways.length).toBeGreaterThan(0);
        expect(one.why).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});

describe('signalsOf', () => {
  it.each([
    ['what was true as of 2023-05-17?', Date.UTC(2023, 4, 18) - 1],
    ['as of 2023-05', Date.UTC(2023, 5, 1) - 1],
    ['as of 2024-02-29', Date.UTC(2024, 2, 1) - 1],
    ['as of 2023-12-31', Date.UTC(2024, 0, 1) - 1],
    ['as at 2023', Date.UTC(2024, 0, 1) - 1],
  ])('reads the end of the day, month or year in %j', (query, asOf) => {
    expect(signalsOf(query).asOf).toBe(asOf);
  });

  it.each(['2026-02-30', '2023-02-29', '2013-13-45', '2026-00-10', '2026-11-00', '2026-13'])(
    'reads no time in %s, and knows that there is no such date',
    (date) => {
      const query = `Who led ACME as of ${date}?`;

      expect(signalsOf(query)).not.toHaveProperty('asOf');
      expect(noSuchDateIn(query)).toBe(date);
    },
  );

  it.each(['as of 2024-02-29', 'as at 2023', 'as of today', '“as of 2026-02-30”', 'on 2026-02-30'])(
    'knows nothing against the date in %j',
    (query) => {
      expect(noSuchDateIn(query)).toBeUndefined();
    },
  );

  it('tells names from words that are only written large', () => {
    expect(signalsOf("Which plants does Bosch Technologies run near New York's harbour?").names).toEqual([
      'Bosch Technologies',
      'New York',
    ]);
  });

  it('tells codes from dates and figures', () => {
    expect(signalsOf('ERR-1042 in v2.3.1 on 2024-05-01 cost 15% in Q4, see a/b.txt and me@example.com').codes).toEqual([
      ...['ERR-1042', 'v2.3.1', 'a/b.txt', 'me@example.com'],
    ]);
  });
});
