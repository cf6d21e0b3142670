import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { cellsNamed } from './cells.js';
import { planWaves } from './plan-waves.js';
import { Trials } from './run-wave.js';

/** A fixed sample, one wave of each fault and one of the API; `npm run test:faults` tries all cells. */
const sample = [
  'writer-qdrant,kill,update,twice',
  'writer-postgres,stall,update,once',
  'extractor,permanent,twice',
  'api,P3,P4,P5,kill,twice,create,replay',
];
const partitions = 16;
const seed = 1;
let trials: Trials;

beforeAll(async () => {
  trials = await Trials.start(partitions, seed);
}, 300_000);

afterAll(async () => {
  await trials.world.stop({ keep: false });
}, 120_000);

describe('with a role that fails at every one of its points', () => {
  it.each(sample)(
    'the four stores hold what they must: %s',
    async (words) => {
      const waves = planWaves(cellsNamed(words), partitions);

      for (const wave of waves) {
        const { cells } = await trials.run(wave);
        expect(cells.filter(({ violations }) => violations.length > 0)).toEqual([]);
      }
    },
    600_000,
  );
});
