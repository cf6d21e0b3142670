import { setTimeout as pause } from 'node:timers/promises';

import { killService, serviceNames, startService, type ServiceName, type StackOptions } from '#stack';

import type { RoleProcesses } from '../processes/role-processes.js';
import type { Seeded } from './seeded.js';

/** What may be hurt, and how often: more weight for the services where a fault shows most. */
export interface FaultOptions {
  readonly roles: RoleProcesses;
  readonly stack: StackOptions;
  readonly services: readonly ServiceName[];
}

/**
 * Hurts one thing after the other until told to stop, then heals everything: processes are killed or frozen, services
 * are killed and started again, or frozen. Returns what it did.
 */
export async function runFaults(options: FaultOptions, random: Seeded, signal: AbortSignal): Promise<string[]> {
  const done: string[] = [];
  const note = (text: string): void => {
    done.push(text);
    options.roles.note(text);
  };
  const healing: Promise<void>[] = [];
  while (!signal.aborted) {
    healing.push(hurt(options, random, note));
    await pause(random.between(200, 2500));
  }
  await Promise.all(healing);
  await heal(options);
  note('healed');
  return done;
}

/** Starts what is down and wakes what sleeps. */
export async function heal({ roles, stack }: FaultOptions): Promise<void> {
  roles.thaw();
  for (const service of serviceNames) await startService(stack, service);
  await roles.areReady();
}

const busy = new Set<string>();

async function hurt(options: FaultOptions, random: Seeded, note: (text: string) => void): Promise<void> {
  const dice = random.next();
  const holdMs = random.between(500, 4000);
  if (dice < 0.35) {
    const role = random.pick(options.roles.all);
    note(`kill ${role.name}`);
    role.kill();
  } else if (dice < 0.6) {
    const role = random.pick(options.roles.all);
    const frozenMs = random.between(3000, 12_000);
    await alone(role.name, async () => {
      note(`freeze ${role.name} for ${frozenMs} ms`);
      role.freeze();
      await pause(frozenMs);
      role.thaw();
      note(`thaw ${role.name}`);
    });
  } else if (options.services.length > 0) {
    const service = random.pick(options.services);
    await alone(service, () => hurtService(options.stack, service, dice < 0.87 ? 'kill' : 'freeze', holdMs, note));
  }
}

async function hurtService(
  stack: StackOptions,
  service: ServiceName,
  how: 'kill' | 'freeze',
  holdMs: number,
  note: (text: string) => void,
): Promise<void> {
  note(`${how} ${service} for ${holdMs} ms`);
  await killService(stack, service, how === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  await pause(holdMs);
  if (how === 'kill') await startService(stack, service);
  else await killService(stack, service, 'SIGCONT');
  note(`${service} is back`);
}

/** One fault at a time for each victim; a second one is left out. */
async function alone(victim: string, work: () => Promise<void>): Promise<void> {
  if (busy.has(victim)) return;
  busy.add(victim);
  try {
    await work();
  } finally {
    busy.delete(victim);
  }
}
