import { setTimeout as pause } from 'node:timers/promises';

import { killService, startService, type ServiceName, type StackOptions } from '#stack';

import type { PlannedFault } from './plan-faults.js';

/** Kills a service and starts it again, or lets it stand still, for a while. */
export async function hurtService({ kind, victim, holdMs }: PlannedFault, stack: StackOptions): Promise<void> {
  const service = victim as ServiceName;
  const kills = kind.startsWith('kill');
  await killService(stack, service, kills ? 'SIGKILL' : 'SIGSTOP');
  await pause(holdMs);
  if (kills) await startService(stack, service);
  else await killService(stack, service, 'SIGCONT');
}
