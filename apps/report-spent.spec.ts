import { describe, expect, it } from '@jest/globals';

import { Metrics } from '#telemetry';

import { showSpent } from './report-spent.js';

/** Status and value of each line, as a scraper is told them. */
async function shown({ modelSpentTokens, modelSpentUsd }: Metrics): Promise<unknown[]> {
  const all = [await modelSpentTokens.get(), await modelSpentUsd.get()];
  return all.map(({ values }) => values.map(({ labels, value }) => [labels.status, value]));
}

describe('what is reported of money', () => {
  it('is shown apart by what became of the work, and forgotten where nothing is of that kind any more', async () => {
    const metrics = new Metrics();
    const live = { status: 'live', tokens: 100, usd: 0.5 };

    showSpent(metrics, [live, { status: 'rolled_back', tokens: 20, usd: 0.25 }]);
    const before = await shown(metrics);
    showSpent(metrics, [{ ...live, status: 'superseded' }]);

    const tokens = { live: 100, rolled_back: 20 };
    const usd = { live: 0.5, rolled_back: 0.25 };
    expect(before).toEqual([Object.entries(tokens), Object.entries(usd)]);
    expect(await shown(metrics)).toEqual([[['superseded', 100]], [['superseded', 0.5]]]);
  });
});
