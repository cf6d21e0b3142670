import { describe, expect, it } from '@jest/globals';

import { diskKeepers, faultKinds, longFaultKinds, machineFaultKinds } from './fault-kinds.js';
import { kindsNamed, planFaults, type PlannedFault } from './plan-faults.js';
import { Seeded } from './seeded.js';

const victims = {
  process: ['api', 'relay', 'stager', 'writer-neo4j', 'ledger+janitor'],
  link: ['writer-neo4j to neo4j', 'api to postgres'],
};
const plan = (seed: number, kinds = faultKinds): PlannedFault[] => planFaults(new Seeded(seed), 6000, victims, kinds);
const plans = Array.from({ length: 200 }, (_, seed) => plan(seed)).flat();

describe('the faults of a trial', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('begin in order and in time, and hold as long as their kind says', () => {
    for (const { atMs, kind, holdMs } of plans) {
      const [least, most] = faultKinds.find((one) => one.kind === kind)?.holdMs ?? [0, 0];
      expect(atMs).toBeLessThan(6000);
      expect(holdMs).toBeGreaterThanOrEqual(least);
      expect(holdMs).toBeLessThanOrEqual(most);
    }
  });

  it('are of every kind in two hundred trials', () => {
    expect(new Set(plans.map(({ kind }) => kind))).toEqual(new Set(faultKinds.map(({ kind }) => kind)));
  });

  it('hurt only whom they can: a service by its name, writers that refuse, no second API', () => {
    const victimsOf = (kind: string): string[] =>
      [...new Set(plans.filter((one) => one.kind === kind).map(({ victim }) => victim))].sort();

    expect(victimsOf('kill neo4j')).toEqual(['neo4j']);
    expect(victimsOf('writer refuses')).toEqual(['writer-neo4j']);
    expect(victimsOf('twin process')).toEqual(['ledger+janitor', 'relay', 'stager', 'writer-neo4j']);
    expect(victimsOf('rebalance storm')).toEqual(['stager', 'writer-neo4j']);
  });

  it('last longer than a session and hurt whom they name, if long ones are asked for', () => {
    const long = Array.from({ length: 100 }, (_, seed) => plan(seed, longFaultKinds)).flat();

    expect(new Set(long.map(({ kind }) => kind))).toEqual(new Set(longFaultKinds.map(({ kind }) => kind)));
    expect(Math.min(...long.map(({ holdMs }) => holdMs))).toBeGreaterThanOrEqual(20_000);
    expect(long.find(({ kind }) => kind === 'freeze neo4j for long')?.victim).toBe('neo4j');
    expect(kindsNamed('link', longFaultKinds).every(({ hurts }) => hurts === 'link')).toBe(true);
  });

  it('take everything from everybody who has it, if those of a machine are asked for', () => {
    const taken = Array.from({ length: 200 }, (_, seed) => plan(seed, machineFaultKinds)).flat();
    const victimsOf = (kind: RegExp): string[] =>
      [...new Set(taken.filter((one) => kind.test(one.kind)).map(({ victim }) => victim))].sort();

    expect(new Set(taken.map(({ kind }) => kind))).toEqual(new Set(machineFaultKinds.map(({ kind }) => kind)));
    for (const kind of [
      /^fill .* disk$/,
      /^break .* disk$/,
      /^deny .* files$/,
      /^deny .* memory$/,
      /^starve (?!process)/,
    ]) {
      expect(victimsOf(kind)).toEqual([...diskKeepers].sort());
    }
    expect(victimsOf(/^starve process$/)).toEqual([...victims.process].sort());
  });

  it('can be chosen by the beginnings of their names', () => {
    expect(kindsNamed('link, kill redis').map(({ kind }) => kind)).toContain('kill redis');
    expect(new Set(plan(1, kindsNamed('link')).map(({ hurts }) => hurts))).toEqual(new Set(['link']));
    expect(plan(1, [])).toEqual([]);
    expect(() => kindsNamed('flood')).toThrow('no fault is called flood');
  });
});
