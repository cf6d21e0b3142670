import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { commitNow, readReports, reportText, type ReportedTrial } from './report.js';

const trial = (over: Partial<ReportedTrial> = {}): ReportedTrial => ({
  at: '2026-11-24T04:00:00.000Z',
  commit: 'abc1234',
  processes: 8,
  load: 3.5,
  seed: 4,
  faults: [{ kind: 'kill redis', victim: 'redis', holdMs: 200, atMs: 10, outcome: 'done' }],
  operations: { ok: 3, fail: 1, info: 1 },
  looks: 9,
  deaths: 0,
  statuses: { live: 2, rolled_back: 1 },
  deadLetters: 1,
  poisoned: 0,
  recoveryMs: 2500,
  waitedFor: '',
  trialMs: 9000,
  replayed: false,
  violations: [],
  ...over,
});

describe('a report of trials', () => {
  it('is read from lines of several files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'penstock-report-'));
    const files = [join(folder, 'a'), join(folder, 'b')];
    files.forEach((file, i) => writeFileSync(file, `${JSON.stringify(trial({ seed: i }))}\n`));

    const seeds = readReports(files).map(({ seed }) => seed);

    expect(seeds).toEqual([0, 1]);
    rmSync(folder, { recursive: true });
  });

  it('tells runs apart by commit and processes, and names their seeds by ranges', () => {
    const text = reportText([4, 5, 6, 9].map((seed) => trial({ seed })).concat(trial({ processes: 13 })));

    expect(text).toContain('| abc1234 | 8 | 4–6, 9 | 4 | 0 | 0 | 2.5 s |');
    expect(text).toContain('| abc1234 | 13 | 4 | 1 | 0 | 0 | 2.5 s |');
  });

  it('counts faults by kind and outcome, and quotes what was found', () => {
    const leftOut = { ...trial().faults[0], outcome: 'left out' } as ReportedTrial['faults'][number];
    const text = reportText([trial(), trial({ faults: [leftOut], violations: ['I1 torn'], seed: 8 })]);

    expect(text).toContain('| kill redis | 1 | 1 | 0 |');
    expect(text).toContain('- seed 8 (abc1234): I1 torn');
  });

  it('names the commit that is checked out', () => {
    expect(commitNow()).toMatch(/^([0-9a-f]{7,}\+?|unknown)$/);
  });
});
