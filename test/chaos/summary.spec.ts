import { describe, expect, it } from '@jest/globals';

import { percentile, summarize, trialLines } from './summary.js';
import { aTrialResult } from './trial.builders.js';

describe('the summary of a run', () => {
  it('counts trials, violations, operations, ends and the faults that were carried out', () => {
    const summary = summarize([
      aTrialResult(),
      aTrialResult({ violations: ['I1 torn'], recoveryMs: 500, replayed: true, failedLooks: { api: 2 } }),
    ]);

    expect(summary).toMatchObject({
      trials: 2,
      violated: 1,
      violations: 1,
      replays: 1,
      operations: { ok: 6, fail: 2, info: 2 },
      statuses: { live: 4, rolled_back: 2 },
      failedLooks: { api: 2 },
      faults: { 'kill redis': 2 },
      recoveryMs: { p50: 500, p95: 2500, max: 2500 },
    });
  });

  it('takes a percentile that so many values do not exceed', () => {
    const sorted = Array.from({ length: 100 }, (_, i) => i + 1);

    expect([0.5, 0.95, 1].map((share) => percentile(sorted, share))).toEqual([50, 95, 100]);
    expect(percentile([], 0.95)).toBe(0);
  });

  it('shows a trial in one line, and what it found below', () => {
    expect(trialLines(aTrialResult())).toBe(
      'seed 4: nothing found; recovered in 2.5 s, 9.0 s in all; ok 3, fail 1, info 1; 2 live, 1 rolled_back; 9 looks; kill redis',
    );
    expect(trialLines(aTrialResult({ failedLooks: { api: 2, redis: 1 } }))).toContain(
      '; 9 looks, failed 2 at api, 1 at redis; ',
    );
    expect(trialLines(aTrialResult({ waitedFor: 'a\nb' }))).toContain('; kill redis; waited for a; b');
    expect(trialLines(aTrialResult({ violations: ['I1 torn'] }))).toContain('1 VIOLATIONS');
    expect(trialLines(aTrialResult({ violations: ['I1 torn'] }))).toContain('\n  VIOLATION I1 torn');
  });
});
