import { describe, expect, it } from '@jest/globals';

import { Coverage } from './coverage.js';
import { simulate } from './simulate.js';

const runs = 1500;

describe('the saga under crashes, repeats, zombies and refusals', () => {
  it(`holds every invariant in ${runs} random schedules; the test command runs 200,000`, async () => {
    const coverage = new Coverage();

    const finding = await simulate({ seed: 1, runs, coverage });

    expect(finding).toBeUndefined();
    expect(coverage.schedules).toBe(runs);
  });

  it('comes to the same end when a seed is run again', async () => {
    const [one, two] = [new Coverage(), new Coverage()];

    await simulate({ seed: 5, runs: 50, coverage: one });
    await simulate({ seed: 5, runs: 50, coverage: two });

    expect(two).toEqual(one);
  });
});
