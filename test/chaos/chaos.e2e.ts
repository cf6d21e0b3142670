import { randomInt } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { kindsNamed } from './plan-faults.js';
import { runTrials } from './run-trials.js';
import type { TrialResult } from './trial.js';
import { fewProcesses, World } from './world.js';

/** A handful, one of each sort; `npm run test:chaos` runs as many as one likes, with every fault there is. */
const sorts = ['link', 'kill postgres, kill qdrant, kill redis', 'kill process, terminate process'];
const seed = randomInt(1_000_000);
let world: World;
let results: AsyncGenerator<TrialResult>;

beforeAll(async () => {
  world = await World.start(fewProcesses);
  const options = {
    trials: sorts.length,
    seed,
    faultsMs: 3000,
    quietMs: 60_000,
    replayEvery: sorts.length,
    bail: false,
  };
  results = runTrials(world, { ...options, kindsOf: (trial) => kindsNamed(sorts[trial] ?? '') });
}, 300_000);

afterAll(async () => {
  await world.stop({ keep: false });
}, 120_000);

describe('with links, services and processes that break', () => {
  it.each(sorts)(
    `every document ends live in all four stores or in none: %s (first seed ${seed})`,
    async () => {
      const { value } = (await results.next()) as { value: TrialResult };

      // A trial in which nothing was hurt, accepted or seen counts that among its violations.
      expect(value.violations).toEqual([]);
    },
    600_000,
  );
});
