import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { commitNow, readReports, reportText, type ReportedTrial } from './report.js';
import { aTrialResult } from './trial.builders.js';

const trial = (over: Partial<ReportedTrial> = {}): ReportedTrial => {
  const { bystander: _bystander, ...kept } = aTrialResult();
  return { at: '2026-11-24T04:00:00.000Z', commit: 'abc1234', processes: 8, load: 3.5, ...kept, ...over };
};

describe('a report of trials', () => {
  const only = (...trials: ReportedTrial[]): string => reportText({ trials, audits: [] });

  it('is read from lines of several files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'penstock-report-'));
    const files = [join(folder, 'a'), join(folder, 'b')];
    const audit = { at: '', commit: 'abc1234', processes: 8, audit: { documents: 6, findings: [] } };
    const text = (...lines: object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    files.forEach((file, i) => writeFileSync(file, text(trial({ seed: i }), audit)));

    const { trials, audits } = readReports(files);

    expect(trials.map(({ seed }) => seed)).toEqual([0, 1]);
    expect(audits).toEqual([audit, audit]);
    rmSync(folder, { recursive: true });
  });

  it('tells runs apart by commit and processes, and names their seeds by ranges', () => {
    const text = only(...[4, 5, 6, 9].map((seed) => trial({ seed })), trial({ processes: 13 }));

    expect(text).toContain('| abc1234 | 8 | 4–6, 9 | 4 | 0 | 0 | 2.5 s |');
    expect(text).toContain('| abc1234 | 13 | 4 | 1 | 0 | 0 | 2.5 s |');
  });

  it('counts faults by kind and outcome, and quotes what was found', () => {
    const leftOut = { ...trial().faults[0], outcome: 'left out' } as ReportedTrial['faults'][number];
    const text = only(trial(), trial({ faults: [leftOut], violations: ['I1 torn'], seed: 8 }));

    expect(text).toContain('| kill redis | 1 | 1 | 0 |');
    expect(text).toContain('- seed 8 (abc1234): I1 torn');
  });

  it('says what the audit of a run came to', () => {
    const audit = { documents: 6, findings: ['audit: torn in redis'] };
    const text = reportText({ trials: [trial()], audits: [{ at: '', commit: 'abc1234', processes: 8, audit }] });

    expect(text).toContain('The audit after the run of abc1234 with 8 processes: 6 documents, 1 findings.');
    expect(text).toContain('- audit: torn in redis');
    expect(text).not.toContain('Nothing was found.');
  });

  it('names the commit that is checked out', () => {
    expect(commitNow()).toMatch(/^([0-9a-f]{7,}\+?|unknown)$/);
  });
});
