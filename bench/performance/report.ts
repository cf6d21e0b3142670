import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

import type { BenchOptions, PartName } from './options.js';

/** One line of a report: what was measured, with what options, on what. */
export interface ReportLine {
  readonly at: string;
  readonly commit: string;
  readonly part: PartName;
  readonly machine: string;
  /** How many processes of the machine wanted to run, ours included, in the mean of a minute: before and after. */
  readonly load: readonly [before: number, after: number];
  readonly options: BenchOptions;
  readonly result: unknown;
}

/** The commit that is checked out, with `+` if files were changed since. */
function commitNow(): string {
  const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** Runs one measurement, and keeps what it came to if a file is named for it. */
export async function reported<T>(
  part: PartName,
  options: BenchOptions,
  measure: () => Promise<T>,
): Promise<ReportLine> {
  const before = loadavg()[0] ?? 0;
  const result = await measure();
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? ''}, Node ${process.version}`;
  const load = [before, loadavg()[0] ?? 0] as const;
  const line = { at: new Date().toISOString(), commit: commitNow(), part, machine, load, options, result };
  if (options.report !== undefined) appendFileSync(options.report, `${JSON.stringify(line)}\n`);
  return line;
}

export function readReport(file: string): ReportLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ReportLine);
}
