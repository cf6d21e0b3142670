import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import type { EndAudit } from './audit-stack.js';
import type { DoneFault } from './run-faults.js';
import { percentile, summarize, type Summary } from './summary.js';
import type { TrialResult } from './trial.js';

/** One line of a report: what a trial did and found, and what it was run on. */
export interface ReportedTrial extends Omit<TrialResult, 'bystander'> {
  readonly at: string;
  readonly commit: string;
  readonly processes: number;
  /** How many processes of the machine wanted to run at its end, ours included, in the mean of a minute. */
  readonly load: number;
}

/** The last line of a run: what an audit of all that its trials left came to. */
export interface ReportedAudit {
  readonly at: string;
  readonly commit: string;
  readonly processes: number;
  readonly audit: EndAudit;
}

/** What reports hold. */
export interface Reports {
  readonly trials: readonly ReportedTrial[];
  readonly audits: readonly ReportedAudit[];
}

/** The commit that is checked out, with `+` if files were changed since. */
export function commitNow(): string {
  const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** The first reports did not count these. */
const uncounted = { at: '', load: 0, deaths: 0, waitedFor: '', failedLooks: {}, unseen: [] };

/** All trials and audits of some reports, in their order. */
export function readReports(files: readonly string[]): Reports {
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n')).filter((line) => line !== '');
  const read = lines.map((line) => JSON.parse(line) as ReportedTrial | ReportedAudit);
  return {
    trials: read.flatMap((one) => ('audit' in one ? [] : [{ ...uncounted, ...one }])),
    audits: read.filter((one) => 'audit' in one),
  };
}

/** What reports come to, as Markdown. */
export function reportText({ trials, audits }: Reports): string {
  const all = summarize(trials);
  const { ok, fail, info } = all.operations;
  const violations = trials.flatMap((trial) => trial.violations.map((line) => found(trial, line)));
  return [
    runsTable(trials),
    totalsTable(all, trials),
    `Operations of clients: ${ok} accepted, ${fail} refused, ${info} without an answer.`,
    `Ends of ingestions and retractions: ${counts(all.statuses)}.`,
    faultsTable(trials),
    ...audits.map(audited),
    [...violations, ...audits.flatMap(({ audit }) => audit.findings.map((line) => `- ${line}`))].join('\n') ||
      'Nothing was found.',
  ].join('\n\n');
}

function audited({ commit, processes, audit: { documents, findings } }: ReportedAudit): string {
  return `The audit after the run of ${commit} with ${processes} processes: ${documents} documents, ${findings.length} findings.`;
}

function found({ seed, commit }: ReportedTrial, violation: string): string {
  return `- seed ${seed} (${commit}): ${violation.replaceAll('\n', '; ')}`;
}

function runsTable(trials: readonly ReportedTrial[]): string {
  const runs = Map.groupBy(trials, ({ commit, processes }) => `${commit} | ${processes}`);
  const rows = [...runs].map(([name, own]) => {
    const { violated, replays, recoveryMs } = summarize(own);
    const seeds = ranges(own.map(({ seed }) => seed));
    return `${name} | ${seeds} | ${own.length} | ${violated} | ${replays} | ${seconds(recoveryMs.p95)}`;
  });
  return table('commit | processes | seeds | trials | with violations | read once more | recovery p95', rows);
}

function totalsTable(all: Summary, trials: readonly ReportedTrial[]): string {
  const { p50, p95, max } = all.recoveryMs;
  const loads = trials.flatMap(({ load }) => (load > 0 ? [load] : [])).sort((a, b) => a - b);
  const took = trials.map(({ trialMs }) => trialMs).sort((a, b) => a - b);
  const done = Object.values(all.faults).reduce((sum, count) => sum + count, 0);
  return table('what | number', [
    `trials | ${all.trials}`,
    `trials with violations | ${all.violated}`,
    `faults carried out | ${done}`,
    `recovery p50 / p95 / max | ${[p50, p95, max].map(seconds).join(' / ')}`,
    `a whole trial p50 / max | ${[percentile(took, 0.5), percentile(took, 1)].map(seconds).join(' / ')}`,
    `processes that wanted to run at once, p50 / max | ${loads.length === 0 ? 'not noted' : spread(loads)}`,
    `trials that were read once more | ${all.replays}`,
    `looks at live views and the API | ${all.looks}`,
    `poison records | ${all.poisoned}`,
    `dead letters | ${all.deadLetters}`,
    `processes that ended by themselves | ${all.deaths}`,
  ]);
}

function faultsTable(trials: readonly ReportedTrial[]): string {
  const kinds = Map.groupBy(
    trials.flatMap(({ faults }) => faults),
    ({ kind }) => kind,
  );
  const of = (faults: readonly DoneFault[], outcome: DoneFault['outcome']): number =>
    faults.filter((fault) => fault.outcome === outcome).length;
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, own]) => `${kind} | ${of(own, 'done')} | ${of(own, 'left out')} | ${of(own, 'void')}`);
  return table('fault | carried out | left out: its victim had another one | could not be done', rows);
}

function table(head: string, rows: readonly string[]): string {
  const rule = head
    .split('|')
    .map(() => '---')
    .join(' | ');
  return [head, rule, ...rows].map((row) => `| ${row} |`).join('\n');
}

/** Runs of numbers by their ends. */
function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const one of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.[1] === one - 1) last[1] = one;
    else found.push([one, one]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function spread(sorted: readonly number[]): string {
  return [percentile(sorted, 0.5), percentile(sorted, 1)].join(' / ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
