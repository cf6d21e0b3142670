import { describe, expect, it } from '@jest/globals';

import type { PartitionLag } from '#kafka';
import { Metrics } from '#telemetry';

import { showGroups } from './report-groups.js';

const topic = 'penstock.documents.staged';

/** How far the parsers are behind on a partition. */
function aLag(changed: Partial<PartitionLag> = {}): PartitionLag {
  return { group: 'penstock.parser', topic, partition: 0, committed: 5, lag: 0, gap: 0, ...changed };
}

/** Labels and values as a scraper is told them. */
async function shown({ groupLag, groupMembers, offsetGapEvents }: Metrics): Promise<unknown[]> {
  const all = [await groupLag.get(), await groupMembers.get(), await offsetGapEvents.get()];
  return all.map(({ values }) => values.map(({ labels, value }) => [...Object.values(labels), value]));
}

describe('what is reported of the groups of all roles', () => {
  it('is what waits on each topic, all partitions together, also of a role that nobody runs', async () => {
    const metrics = new Metrics();
    const lags = [aLag({ lag: 3 }), aLag({ partition: 1, lag: 4 }), aLag({ group: 'penstock.ledger' })];

    showGroups(
      metrics,
      lags,
      new Map([...['parser', 'ledger', 'stager'].map((role) => [`penstock.${role}`, 0] as const)]),
    );

    const members = [
      ['parser', 0],
      ['ledger', 0],
      ['stager', 0],
    ];
    const gaps = [
      ['parser', topic, 0],
      ['ledger', topic, 0],
    ];
    expect(await shown(metrics)).toEqual([
      [
        ['parser', topic, 7],
        ['ledger', topic, 0],
      ],
      members,
      gaps,
    ]);
  });

  it('is what a role would skip, and no lag below 0 where the log ends before its offset', async () => {
    const metrics = new Metrics();

    showGroups(metrics, [aLag({ lag: -2, gap: 2 }), aLag({ partition: 1, lag: 1 })], new Map());

    expect(await shown(metrics)).toEqual([[['parser', topic, 1]], [], [['parser', topic, 2]]]);
  });

  it('is nothing of a report before', async () => {
    const metrics = new Metrics();
    showGroups(metrics, [aLag({ lag: 3 })], new Map([['penstock.parser', 1]]));

    showGroups(metrics, [aLag({ lag: 1 })], new Map([['penstock.parser', 2]]));

    expect(await shown(metrics)).toEqual([[['parser', topic, 1]], [['parser', 2]], [['parser', topic, 0]]]);
  });
});
