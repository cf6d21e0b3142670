import type { TrialResult } from './trial.js';

/** What a trial came to in which nothing was found, until the test says otherwise. */
export function aTrialResult(over: Partial<TrialResult> = {}): TrialResult {
  return {
    seed: 4,
    faults: [
      { kind: 'kill redis', victim: 'redis', holdMs: 200, atMs: 10, outcome: 'done' },
      { kind: 'link down', victim: 'api to postgres', holdMs: 300, atMs: 500, outcome: 'left out' },
    ],
    operations: { ok: 3, fail: 1, info: 1 },
    looks: 9,
    failedLooks: {},
    unseen: [],
    deaths: 0,
    statuses: { live: 2, rolled_back: 1 },
    deadLetters: 1,
    poisoned: 0,
    recoveryMs: 2500,
    waitedFor: '',
    trialMs: 9000,
    replayed: false,
    violations: [],
    bystander: { namespaces: [], contents: { neo4j: [], postgres: [], qdrant: [], redis: [] } },
    ...over,
  };
}
