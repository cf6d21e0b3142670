import { storeNames } from '#stores/port';

import { stories, type Story } from './stories.js';

/** One story with faults that happen to one writer: what one thread explores at a time. */
export interface Job {
  readonly story: Story;
  readonly victim: number;
  readonly faults: number;
}

/** Neo4j stands for Qdrant and Redis, too: to the saga they differ by their names alone. */
const victims = ['neo4j', 'postgres'].map((name) => storeNames.findIndex((store) => store === name));

/** All stories with so many faults in all, an ingestion's trouble included. */
export function jobsOf(faultsInAll: number, among: readonly Story[] = stories): Job[] {
  return among
    .map((story) => ({ story, faults: faultsInAll - (story.trouble.kind === 'none' ? 0 : 1) }))
    .filter(({ faults }) => faults >= 0)
    .flatMap((job) => victims.map((victim) => ({ ...job, victim })))
    .sort((a, b) => a.faults - b.faults);
}

/** What every test run explores: all lives with one fault, and the first with an ingestion's trouble and one more. */
export function sampleJobs(): Job[] {
  const troubled = stories.slice(
    1,
    stories.findIndex(({ trouble }, i) => i > 0 && trouble.kind === 'none'),
  );
  return [...jobsOf(2, troubled), ...jobsOf(1)];
}

/** Jobs by their places, as `7-9`, `7-` or `7`, counted from 1: what one run did not get to, another one may. */
export function someOf(jobs: readonly Job[], places: string): Job[] {
  const [, from, dash, to = ''] = /^(\d+)(-?)(\d*)$/.exec(places) ?? [];
  if (from === undefined) throw new RangeError(`${places} names no jobs; there are 1-${jobs.length}`);
  const last = to === '' ? (dash === '' ? Number(from) : jobs.length) : Number(to);
  return jobs.slice(Number(from) - 1, last);
}

/** What `--exhaustive` explores. */
export const faultsWhole = 3;
