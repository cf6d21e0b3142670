import { setTimeout as pause } from 'node:timers/promises';

import { killService, startService, stopStack, type ServiceName, type StackOptions } from '#stack';

import type { PlannedFault } from './plan-faults.js';

/** Kills a service or ends it in good order and starts it again, or lets it stand still, for a while. */
export async function hurtService({ kind, victim, holdMs }: PlannedFault, stack: StackOptions): Promise<void> {
  const service = victim as ServiceName;
  if (kind.startsWith('freeze')) {
    await killService(stack, service, 'SIGSTOP');
    await pause(holdMs);
    return killService(stack, service, 'SIGCONT');
  }
  if (kind.startsWith('restart')) await stopStack(stack, [service]);
  else await killService(stack, service, 'SIGKILL');
  await pause(holdMs);
  await startService(stack, service);
}
