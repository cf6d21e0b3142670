import { expect, it } from '@jest/globals';

import type { Sight } from './live-views.js';
import { lookAgain } from './look-again.js';

const one: Sight = { document: 'space/doc', ingestionId: 'one', version: undefined, values: [] };
const two: Sight = { ...one, ingestionId: 'two' };

/** Shows one thing after the other, the last one for ever; and counts the looks. */
function showing(...shown: Sight[][]): { look: () => Promise<Sight[]>; looks: () => number } {
  let looks = 0;
  const look = (): Promise<Sight[]> => Promise.resolve(shown[Math.min(looks++, shown.length - 1)] ?? []);
  return { look, looks: () => looks };
}

const before = new Set(['space/doc']);

it('looks twice where nothing is odd', async () => {
  const { look, looks } = showing([one]);

  expect(await lookAgain(look, before)).toEqual([one]);
  expect(looks()).toBe(2);
  expect(await lookAgain(showing([]).look, new Set())).toEqual([]);
});

it('does not take a look that met a commit for a hole, for two versions at once, or for half of one', async () => {
  const half = { ...one, values: ['a'] };
  const whole = { ...one, values: ['b', 'a'] };

  expect(await lookAgain(showing([], [two]).look, before)).toEqual([two]);
  expect(await lookAgain(showing([one, two], [two]).look, new Set())).toEqual([two]);
  expect(await lookAgain(showing([half], [two]).look, before)).toEqual([two]);
  expect(await lookAgain(showing([half], [whole], [{ ...whole, values: ['a', 'b'] }]).look, before)).toEqual([
    { ...whole, values: ['a', 'b'] },
  ]);
});

it('does not take one look for the word on a document because another one is gone', async () => {
  const gone = { ...one, document: 'space/gone' };
  const { look, looks } = showing([one, gone], [one], [one], []);

  expect(await lookAgain(look, new Set([...before, 'space/gone']))).toEqual([one]);
  expect(looks()).toBe(6);
});

it('believes what it sees again and again', async () => {
  const half = { ...one, values: ['a'] };

  expect(await lookAgain(showing([]).look, before)).toEqual([]);
  expect(await lookAgain(showing([one, two]).look, new Set())).toEqual([one, two]);
  expect(await lookAgain(showing([half]).look, before)).toEqual([half]);
});
