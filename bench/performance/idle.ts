import { setTimeout as pause } from 'node:timers/promises';

import { totalMs } from '../stack/cpu-times.js';
import { BenchRoles } from './bench-roles.js';
import type { Setting } from './setting.js';

const settleMs = 10_000;

export interface Idle {
  /** Seconds from the start of `penstock run` until all roles work: on topics and collections that are there. */
  readonly startSeconds: number;
  /** Percent of one core, of all roles in one process. */
  readonly togetherPercent: number;
  /** The same of processes of one role each, added up; absent if all ran together before. */
  readonly eachPercent?: number;
  readonly seconds: number;
}

/** What roles cost that have nothing to do. It ends those that were measured before. */
export async function measureIdle({ options, stack, environment, roles, say }: Setting): Promise<Idle> {
  const { idleSeconds: seconds } = options;
  const each = options.together ? {} : { eachPercent: await percentOf(roles, seconds) };
  await roles.stop();
  const together = await BenchRoles.start(stack, { environment, together: true });
  try {
    const togetherPercent = await percentOf(together, seconds);
    say(`idle: ${togetherPercent.toFixed(1)} % of a core in one process`);
    return { startSeconds: together.startSeconds, togetherPercent, ...each, seconds };
  } finally {
    await together.stop();
  }
}

async function percentOf(roles: BenchRoles, seconds: number): Promise<number> {
  await pause(settleMs);
  const meter = roles.rolesMeter();
  await pause(seconds * 1000);
  return totalMs(meter.usedMs()) / (seconds * 10);
}
