import { describe, expect, it } from '@jest/globals';

import { Metrics } from './metrics.js';

/** Names and values as a scraper is told them. */
async function samplesOf({ registry }: Metrics): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the metrics of a process', () => {
  it('show no gauge that nothing has set, since other roles have that number', async () => {
    expect(await samplesOf(new Metrics())).toEqual([]);
  });

  it('show it once it is set, also to 0, until it is removed', async () => {
    const metrics = new Metrics();

    metrics.outboxRows.set(0);
    const shown = await samplesOf(metrics);
    metrics.outboxRows.remove();

    expect(shown).toEqual(['penstock_outbox_rows 0']);
    expect(await samplesOf(metrics)).toEqual([]);
  });
});
