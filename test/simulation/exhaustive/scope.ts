import { storeNames, type StoreName } from '#stores/port';

import { stories, type Story } from './stories.js';

/** One story with faults that happen to one writer, or to any of two: what one thread explores at a time. */
export interface Job {
  readonly story: Story;
  /** Writers that faults happen to, by their places among the stores. */
  readonly victims: readonly number[];
  readonly faults: number;
}

const places = (...names: StoreName[]): number[] => names.map((name) => storeNames.indexOf(name));
/** Neo4j stands for Redis, too: to the saga they differ by their names alone. */
const alone = [places('neo4j'), places('postgres')];
/** The one whose promotion has two steps. */
const inTwoSteps = [places('qdrant')];
/** Each kind of writer with each other: by itself, with the outbox, in two steps. */
const pairs = [places('neo4j', 'postgres'), places('neo4j', 'qdrant'), places('postgres', 'qdrant')];

/** All stories with so many faults in all, an ingestion's trouble included, that happen to one of the first two. */
export function jobsOf(faultsInAll: number, among: readonly Story[] = stories): Job[] {
  return jobsWith(alone, faultsInAll, among);
}

/**
 * All that is explored with so many faults. What came later stands last, so that jobs keep their places: Qdrant, and
 * two writers of which either may meet each of at most two faults.
 */
export function wholeScope(faultsInAll: number): Job[] {
  const ofPairs = jobsWith(pairs, Math.min(faultsInAll, pairFaultsMax), stories);
  return [...jobsOf(faultsInAll), ...jobsWith(inTwoSteps, faultsInAll, stories), ...ofPairs];
}

function jobsWith(whom: readonly (readonly number[])[], faultsInAll: number, among: readonly Story[]): Job[] {
  return among
    .map((story) => ({ story, faults: faultsInAll - (story.trouble.kind === 'none' ? 0 : 1) }))
    .filter(({ faults }) => faults >= 0)
    .flatMap((job) => whom.map((victims) => ({ ...job, victims })))
    .sort((a, b) => a.faults - b.faults);
}

/** What every test run explores: all with one fault of one writer, and the first life with a trouble and one more. */
export function sampleJobs(): Job[] {
  const troubled = stories.slice(
    1,
    stories.findIndex(({ trouble }, i) => i > 0 && trouble.kind === 'none'),
  );
  return [...jobsOf(2, troubled), ...jobsOf(1), ...jobsWith(inTwoSteps, 1, stories)];
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
const pairFaultsMax = 2;
