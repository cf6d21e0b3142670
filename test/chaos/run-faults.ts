import { setTimeout as pause } from 'node:timers/promises';

import { serviceNames, startService, type ServiceName, type StackOptions } from '#stack';

import { eventually } from '../e2e/eventually.js';
import type { RoleProcesses } from '../processes/index.js';
import { expireCached, type CacheVictims } from './hurt-cache.js';
import { hurtLink } from './hurt-link.js';
import { hurtLog, type LogVictims } from './hurt-log.js';
import { hurtProcess } from './hurt-process.js';
import { hurtService } from './hurt-service.js';
import type { PlannedFault } from './plan-faults.js';
import type { Toxiproxy } from './toxiproxy.js';

const upMs = 600_000;

/** All that faults act on. */
export interface Hurtable {
  readonly roles: RoleProcesses;
  readonly stack: StackOptions;
  readonly toxiproxy: Toxiproxy;
  readonly log: LogVictims;
  readonly cache: CacheVictims;
}

/** A fault that was carried out, or why it was not. */
export interface DoneFault {
  readonly kind: string;
  readonly victim: string;
  readonly holdMs: number;
  readonly atMs: number;
  /** `left out`: the victim had another fault then. `void`: it could not be done, e.g. the broker was down. */
  readonly outcome: 'done' | 'left out' | 'void';
}

/** Carries out a plan, each fault at its time, side by side; resolves when the last one is over. */
export async function runFaults(plan: readonly PlannedFault[], target: Hurtable): Promise<DoneFault[]> {
  const startedMs = performance.now();
  const suffering = new Set<string>();
  const carryOut = async (fault: PlannedFault): Promise<DoneFault> => {
    const { kind, victim, holdMs } = fault;
    await pause(Math.max(0, fault.atMs - (performance.now() - startedMs)));
    const done = { kind, victim, holdMs, atMs: Math.round(performance.now() - startedMs) };
    if (suffering.has(victim) && victim !== '') return { ...done, outcome: 'left out' };
    suffering.add(victim);
    target.roles.note(`${kind} ${victim} for ${holdMs} ms`);
    try {
      await hurt(fault, target);
      target.roles.note(`${kind} ${victim} is over`);
      return { ...done, outcome: 'done' };
    } catch (error) {
      target.roles.note(`${kind} ${victim} was void: ${String(error)}`);
      return { ...done, outcome: 'void' };
    } finally {
      suffering.delete(victim);
    }
  };
  return Promise.all(plan.map(carryOut));
}

/**
 * Starts what is down, wakes what sleeps, opens every link. Processes may still be on their way up. Services come up
 * side by side, since one may need another; one that is too slow to answer its first question is asked again.
 */
export async function heal({ roles, stack, toxiproxy }: Hurtable): Promise<void> {
  roles.thaw();
  await toxiproxy.reset();
  const up = (service: ServiceName): Promise<boolean> =>
    eventually(`${service} to be up`, () => startService(stack, service).then(() => true), upMs);
  await Promise.all(serviceNames.map(up));
  roles.note('healed');
}

function hurt(fault: PlannedFault, { roles, stack, toxiproxy, log, cache }: Hurtable): Promise<void> {
  switch (fault.hurts) {
    case 'process':
      return hurtProcess(fault, roles, log.brokers);
    case 'service':
      return hurtService(fault, stack);
    case 'link':
      return hurtLink(fault, toxiproxy);
    case 'log':
      return hurtLog(fault, log);
    case 'cache':
      return expireCached(fault, cache);
  }
}
