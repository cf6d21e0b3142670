import { describe, expect, it } from '@jest/globals';

import { keptGraph, mutants } from './mutants.js';
import { simulate } from './simulate.js';
import { sound } from './world.js';

const seed = 7;
const runs = 400;

describe('the checker, put to the test by known mistakes', () => {
  it('finds nothing wrong with the sound system on the same schedules', async () => {
    expect(await simulate({ seed, runs })).toBeUndefined();
  });

  it('finds nothing wrong with entities that are kept without a mistake', async () => {
    expect(await simulate({ seed, runs, machinery: { ...sound, ...keptGraph('none') } })).toBeUndefined();
  });

  it('knows at least twenty-five', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBeGreaterThanOrEqual(25);
  });

  it.each(mutants.map((one) => [one.name, one] as const))(
    'notices that %s',
    async (_name, { machinery, caughtBy, seed: own = seed }) => {
      const finding = await simulate({ seed: own, runs, machinery, shrink: false });

      const invariants = new Set(finding?.violations.map((line) => line.split(' ')[0]));
      expect([...invariants].filter((invariant) => caughtBy.includes(invariant ?? ''))).not.toEqual([]);
    },
  );
});
