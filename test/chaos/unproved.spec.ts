import { describe, expect, it } from '@jest/globals';

import { aTrialResult } from './trial.builders.js';
import { unproved, unseenBy } from './unproved.js';
import { sources } from './watch.js';

describe('a trial that found nothing', () => {
  it('says something if it hurt, was used and was looked at', () => {
    expect(unproved(aTrialResult(), true)).toEqual([]);
  });

  it('says nothing if all its faults were left out or void', () => {
    const faults = aTrialResult().faults.map((fault) => ({ ...fault, outcome: 'void' as const }));

    expect(unproved(aTrialResult({ faults }), true)).toEqual([
      'proves nothing: no fault was carried out, of 2 planned',
    ]);
    expect(unproved(aTrialResult({ faults: [] }), true)).toHaveLength(1);
    expect(unproved(aTrialResult({ faults: [] }), false)).toEqual([]);
  });

  it('says nothing if clients were refused all the time', () => {
    expect(unproved(aTrialResult({ operations: { ok: 0, fail: 4, info: 9 } }), true)).toHaveLength(1);
  });

  it('says nothing if nobody looked, or all looks at one store failed', () => {
    expect(unproved(aTrialResult({ looks: 0 }), true)).toEqual(['proves nothing: nobody looked']);
    expect(unproved(aTrialResult({ unseen: ['neo4j: TypeError'] }), true)).toEqual([
      'proves nothing: no look succeeded at neo4j: TypeError',
    ]);
  });
});

describe('what watchers never saw', () => {
  const statuses = new Map([['one', ['live']]]);
  const looks = new Map(sources.map((source) => [source, 2] as const));

  it('is nothing if each store, the API and the statuses answered once, whatever failed beside', () => {
    const failures = new Map([['redis', { times: 5, last: 'Error: down' }]]);

    expect(unseenBy({ looks, failures, statuses })).toEqual([]);
  });

  it('is named with its last error', () => {
    const failures = new Map([['redis', { times: 5, last: 'Error: down' }]]);
    const blind = new Map([...looks].filter(([source]) => source !== 'redis'));

    expect(unseenBy({ looks: blind, failures, statuses })).toEqual(['redis: Error: down']);
    expect(unseenBy({ looks, failures, statuses: new Map() })).toEqual(['statuses: none was tried']);
  });
});
