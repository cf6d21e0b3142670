import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { mutants } from '../mutants.js';
import { sound, type Machinery } from '../world.js';
import type { WriterActor } from '../writer-actor.js';
import { begin, Explorer, type Explored } from './explore.js';
import { jobsOf, someOf, wholeScope } from './scope.js';
import { stories, type Story } from './stories.js';

/** Mistakes that show in so small a world; others need several documents, parts or tenants, or the ledger's order. */
const small = [
  'a late write passes a tombstone',
  'a rollback leaves no tombstone',
  'a retraction is not remembered',
  'a pending version overwrites the live one',
  'a late pending write turns live data back',
  'identifiers are random',
  'an older version replaces a newer one',
  'a replaced version stays',
  'a retraction removes newer versions, too',
  'a receipt is given before the write',
  'offsets are committed before the effect',
  'offsets pass what is undecided',
  'an error in the handler is swallowed',
  'a batch left early counts as read',
  'a group begins at the end of the log',
];

async function explore(machinery: Machinery): Promise<Explored & { readonly story: string }> {
  for (const faults of [0, 1]) {
    for (const job of jobsOf(faults)) {
      const explored = await new Explorer({ ...job, machinery }).explore();
      if (explored.violation !== undefined) return { ...explored, story: job.story.name };
    }
  }
  return { states: 0, steps: 0, ends: 0, violation: undefined, story: '' };
}

describe('every schedule of one document with two versions', () => {
  it('is sound as long as nothing goes wrong, and the same number each time', async () => {
    const [job] = jobsOf(0, stories.slice(0, 1));

    const explored = await new Explorer({ ...(job as NonNullable<typeof job>), machinery: sound }).explore();

    expect(explored).toEqual({ states: 81, steps: 84, ends: 2, violation: undefined });
  });

  it('is the same whether worlds are kept where ways part or made again from the beginning', async () => {
    const jobs = jobsOf(1, stories.slice(0, 1));

    const [kept, again] = await Promise.all(
      [true, false].map((keeps) =>
        Promise.all(jobs.map((job) => new Explorer({ ...job, machinery: sound }, keeps).explore())),
      ),
    );

    expect(kept).toEqual(again);
    expect(kept?.map(({ steps }) => steps)).toEqual([3070, 2788]);
  });

  it('can be explored a few jobs at a time', () => {
    const jobs = jobsOf(3);

    const [some, rest] = [someOf(jobs, '1-40'), someOf(jobs, '41-')];

    expect(jobs).toHaveLength(54);
    expect([...some, ...rest]).toEqual(jobs);
    expect(someOf(jobs, '2')).toEqual([jobs[1]]);
    expect(() => someOf(jobs, 'all')).toThrow('1-54');
  });

  it('goes on with Qdrant and with two writers that fail, and keeps the places of what was explored before', () => {
    const [jobs, whole] = [jobsOf(3), wholeScope(3)];

    expect(someOf(whole, '1-54')).toEqual(jobs);
    expect(whole).toHaveLength(54 + 27 + 81);
    expect(whole.slice(54, 81).every(({ victims }) => victims.join() === '2')).toBe(true);
    expect(new Set(whole.slice(81).map(({ victims }) => victims.join()))).toEqual(new Set(['0,1', '0,2', '1,2']));
    expect(Math.max(...whole.slice(81).map(({ faults }) => faults))).toBe(2);
  });

  it('knows processes that stand still more than once', async () => {
    const world = await begin(stories[0] as Story, sound);
    const [writer] = world.writers as [WriterActor];
    world.upstream.step(0, false, false);
    await writer.step({ fault: 'slow', count: 1, at: 0 });
    await writer.step({ fault: 'none', count: 1, at: 0 });
    world.upstream.step(0, false, false);

    await writer.step({ fault: 'stall', count: 2, at: 0 });
    await setImmediate();

    const versions = world.stores.neo4j.everything().map(({ version }) => version);
    expect([writer.asleep, versions]).toEqual([1, [1]]);
    await writer.wakeZombie(false);
    expect(world.stores.neo4j.everything().map(({ version }) => version)).toEqual([1, 2]);
  });

  it.each(small)('shows that %s', async (name) => {
    const machinery = mutants.find((one) => one.name === name)?.machinery ?? sound;

    const { violation } = await explore(machinery);

    expect(violation?.found).not.toEqual([]);
    expect(violation?.schedule).toBeDefined();
  });
});
