import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import { classes, Coverage } from './coverage.js';
import { runJobs } from './exhaustive/run.js';
import { faultsWhole, sampleJobs, someOf, wholeScope } from './exhaustive/scope.js';
import { simulate, type Finding } from './simulate.js';

const chunkRuns = 2_000;
const reportEveryMs = 10_000;
/** One seed for every run of the test command, so that it tells the same story twice; other seeds on demand. */
const seedDefault = 20_261_124;

const help = `Usage: npm run test:simulation -- [options]

Random schedules of the saga on a log and stores in memory, after a sample of the small scope that is explored whole.
  --runs N        how many schedules (200000)
  --seed S        of the first ${chunkRuns}; the next ${chunkRuns} have the next (${seedDefault})
  --path P        with the --seed of a violation: that schedule again
  --workers N     threads (one a core, at most 8)
  --exhaustive    explore the small scope whole, and no random schedules
  --faults N      with --exhaustive: at most so many faults in a run (${faultsWhole})
  --jobs A-B      with --exhaustive: some of its explorations (1-)`;

interface Chunk {
  readonly coverage: Pick<Coverage, 'met' | 'times' | 'schedules' | 'steps' | 'records'>;
  readonly finding: Finding | undefined;
  readonly cpuMs: number;
}

/** A worker takes every n-th chunk; a chunk's seed is the first one plus its number, whoever runs it. */
async function work({ seed, runs, first, stride }: Record<string, number>): Promise<void> {
  const total = runs ?? 0;
  for (let from = (first ?? 0) * chunkRuns; from < total; from += (stride ?? 1) * chunkRuns) {
    const coverage = new Coverage();
    const before = process.threadCpuUsage();
    const chunkSeed = (seed ?? 0) + from / chunkRuns;
    const finding = await simulate({ seed: chunkSeed, runs: Math.min(chunkRuns, total - from), coverage });
    const { user, system } = process.threadCpuUsage(before);
    const { met, times, schedules, steps, records } = coverage;
    const done = { met, times, schedules, steps, records };
    parentPort?.postMessage({ coverage: done, finding, cpuMs: (user + system) / 1000 } satisfies Chunk);
    if (finding !== undefined) return;
  }
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

function add(total: Coverage, { met, times, schedules, steps, records }: Chunk['coverage']): void {
  total.schedules += schedules;
  total.steps += steps;
  total.records += records;
  for (const [what, count] of met) total.met.set(what, (total.met.get(what) ?? 0) + count);
  for (const [what, count] of times) total.times.set(what, (total.times.get(what) ?? 0) + count);
}

function report(total: Coverage, cpuMs: number, wallMs: number): void {
  const perSecond = Math.round(total.schedules / (cpuMs / 1000));
  write(`${total.schedules} schedules, ${total.steps} steps, ${total.records} records`);
  write(`${(wallMs / 1000).toFixed(1)} s, ${perSecond} schedules a second of CPU`);
  for (const what of classes) {
    const [met, times] = [total.met.get(what) ?? 0, total.times.get(what) ?? 0];
    write(`  ${what.padEnd(22)} ${String(met).padStart(9)} schedules ${String(times).padStart(9)} times`);
  }
}

function show({ seed, path, schedule, violations }: Finding): void {
  write(`VIOLATION with seed ${seed}\n  ${violations.join('\n  ')}\n  ${JSON.stringify(schedule)}`);
  write(`again: npm run test:simulation -- --seed ${seed} --path ${path}`);
}

async function replay(seed: number, path: string): Promise<number> {
  const finding = await simulate({ seed, runs: chunkRuns, path });
  if (finding === undefined) write(`seed ${seed}, path ${path}: nothing is wrong`);
  else show(finding);
  return finding === undefined ? 0 : 1;
}

async function run(seed: number, runs: number, workers: number): Promise<number> {
  const total = new Coverage();
  const findings: Finding[] = [];
  const startedMs = performance.now();
  let [cpuMs, reportedMs] = [0, startedMs];
  const take = ({ coverage, finding, cpuMs: spent }: Chunk): void => {
    add(total, coverage);
    cpuMs += spent;
    if (finding !== undefined) findings.push(finding);
    if (performance.now() - reportedMs < reportEveryMs) return;
    reportedMs = performance.now();
    write(`  ${total.schedules} of ${runs} schedules`);
  };
  const ends = Array.from({ length: workers }, (_, first) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { seed, runs, first, stride: workers } });
    worker.on('message', take);
    return new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  });
  await Promise.all(ends);
  report(total, cpuMs, performance.now() - startedMs);
  findings.forEach(show);
  if (findings.length > 0) return 1;
  if (total.missing.length === 0 || runs < chunkRuns) return 0;
  write(`never met: ${total.missing.join(', ')}`);
  return 1;
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: process.env['PENSTOCK_SIMULATION_RUNS'] ?? '200000' },
      seed: { type: 'string', default: String(seedDefault) },
      path: { type: 'string' },
      workers: { type: 'string', default: String(Math.min(availableParallelism(), 8)) },
      exhaustive: { type: 'boolean', default: false },
      faults: { type: 'string', default: String(faultsWhole) },
      jobs: { type: 'string', default: '1-' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [seed, workers] = [Number(values.seed), Number(values.workers)];
  if (values.help) write(help);
  else if (values.exhaustive) {
    process.exitCode = await runJobs(someOf(wholeScope(Number(values.faults)), values.jobs), workers, write, true);
  } else if (values.path !== undefined) process.exitCode = await replay(seed, values.path);
  else {
    const explored = await runJobs(sampleJobs(), workers, write, false);
    const random = await run(seed, Number(values.runs), workers);
    process.exitCode = Math.max(explored, random);
  }
} else {
  await work(workerData as Record<string, number>);
}
