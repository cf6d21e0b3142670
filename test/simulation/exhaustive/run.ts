import { Worker } from 'node:worker_threads';

import { storeNames } from '#stores/port';

import type { Explored } from './explore.js';
import type { Job } from './scope.js';

/** What a thread answers: which job, what it found, and what it cost. */
export interface Answer {
  readonly job: number;
  readonly explored: Explored;
  readonly cpuMs: number;
}

/** Explores jobs on so many threads, says what came of each, and answers with an exit code. */
export async function runJobs(
  jobs: readonly Job[],
  workers: number,
  write: (text: string) => void,
  each: boolean,
): Promise<number> {
  const [startedMs, waiting] = [performance.now(), [...jobs.keys()]];
  const total = { states: 0, steps: 0, ends: 0, cpuMs: 0, violations: 0 };
  const take = ({ job, explored, cpuMs }: Answer): void => {
    total.states += explored.states;
    total.steps += explored.steps;
    total.ends += explored.ends;
    total.cpuMs += cpuMs;
    const { story, victims, faults } = jobs[job] as Job;
    const name = `${story.name}; ${faults} faults of ${victims.map((victim) => storeNames[victim]).join(' and ')}`;
    if (each) write(`  ${explored.steps} steps, ${explored.states} states, ${explored.ends} ends: ${name}`);
    const { violation } = explored;
    if (violation === undefined) return;
    total.violations += 1;
    write(`VIOLATION in ${name}\n  ${violation.found.join('\n  ')}\nafter\n  ${violation.schedule.join('\n  ')}`);
  };
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, () => oneThread(jobs, waiting, take)));
  const { states, steps, ends, cpuMs, violations } = total;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  write(`${jobs.length} explorations: ${steps} schedules that differ, ${states} states, ${ends} ends`);
  write(`${seconds} s, ${(cpuMs / 1000).toFixed(1)} s of CPU, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

function oneThread(jobs: readonly Job[], waiting: number[], take: (answer: Answer) => void): Promise<void> {
  const worker = new Worker(new URL('worker.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const job = waiting.shift();
      if (job === undefined) void worker.terminate();
      else worker.postMessage({ job, ...jobs[job] });
    };
    worker.on('message', (answer: Answer) => {
      take(answer);
      next();
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
    next();
  });
}
