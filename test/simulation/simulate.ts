import fc from 'fast-check';

import { Coverage } from './coverage.js';
import { runSchedule } from './run-schedule.js';
import { schedules, type Schedule } from './schedule.js';
import { sound, type Machinery } from './world.js';

/** What a run found first, as small as fast-check could make it. */
export interface Finding {
  readonly seed: number;
  readonly path: string;
  readonly schedule: Schedule;
  readonly violations: readonly string[];
}

export interface Simulation {
  readonly seed: number;
  readonly runs: number;
  readonly machinery?: Machinery;
  readonly coverage?: Coverage;
  /** Whether to look for the smallest schedule that fails; default true. */
  readonly shrink?: boolean;
  /** Goes straight to one schedule of a seed. */
  readonly path?: string;
}

class Violated extends Error {
  constructor(readonly violations: readonly string[]) {
    super(violations.slice(0, 5).join('\n'));
  }
}

/** Runs so many random schedules of a seed, and stops at the first that violates anything. */
export async function simulate({
  seed,
  runs,
  machinery,
  coverage,
  path,
  shrink,
}: Simulation): Promise<Finding | undefined> {
  const met = coverage ?? new Coverage();
  const property = fc.asyncProperty(schedules, async (schedule) => {
    const violations = await runSchedule(schedule, machinery ?? sound, met);
    if (violations.length > 0) throw new Violated(violations);
  });
  const parameters = { seed, numRuns: runs, endOnFailure: shrink === false, ...(path === undefined ? {} : { path }) };
  const details = await fc.check(property, parameters);
  if (!details.failed) return undefined;
  const { counterexample, errorInstance, counterexamplePath } = details;
  const violations = errorInstance instanceof Violated ? errorInstance.violations : [String(errorInstance)];
  const schedule = counterexample?.[0] ?? { requests: [], troubles: [], steps: [] };
  return { seed, path: counterexamplePath ?? '', schedule, violations };
}
