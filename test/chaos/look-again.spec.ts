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

it('looks once where nothing is odd', async () => {
  const { look, looks } = showing([one]);

  expect(await lookAgain(look, new Set(['space/doc']))).toEqual([one]);
  expect(await lookAgain(showing([]).look, new Set())).toEqual([]);
  expect(looks()).toBe(1);
});

it('does not take a look that met a commit for a hole, or for two versions at once', async () => {
  expect(await lookAgain(showing([], [two]).look, new Set(['space/doc']))).toEqual([two]);
  expect(await lookAgain(showing([one, two], [two]).look, new Set())).toEqual([two]);
});

it('does not take one look for the word on a document because another one is gone', async () => {
  const gone = { ...one, document: 'space/gone' };
  const { look, looks } = showing([one, gone], [one], [one], []);
  const before = new Set(['space/doc', 'space/gone']);
  await look();

  expect(await lookAgain(look, before)).toEqual([one]);
  expect(looks()).toBe(5);
});

it('believes what it sees again and again', async () => {
  expect(await lookAgain(showing([]).look, new Set(['space/doc']))).toEqual([]);
  expect(await lookAgain(showing([one, two]).look, new Set())).toEqual([one, two]);
});
