import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { killService, servicePids, startService, stopStack, type ServiceName, type StackOptions } from '#stack';

import { breakDisk, denyFiles, denyMemory, fillDisk, starve } from './hurt-machine.js';
import type { PlannedFault } from './plan-faults.js';

/** Kills a service or ends it in good order and starts it again, or lets it stand still, for a while. */
export async function hurtService({ kind, victim, holdMs }: PlannedFault, stack: StackOptions): Promise<void> {
  const service = victim as ServiceName;
  const [verb, , of] = kind.split(' ');
  switch (verb) {
    case 'freeze':
      await killService(stack, service, 'SIGSTOP');
      await pause(holdMs);
      return killService(stack, service, 'SIGCONT');
    case 'starve':
      return starve(() => servicePids(stack, service), holdMs);
    case 'restart':
      await stopStack(stack, [service]);
      await pause(holdMs);
      break;
    case 'kill':
      await killService(stack, service, 'SIGKILL');
      await pause(holdMs);
      break;
    default:
      await takeAway(`${verb} ${of}`, { service, stack, holdMs });
      // Some end by themselves, some are up and useless: whoever runs them starts them again once the machine is well.
      await stopStack(stack, [service]);
  }
  await startService(stack, service);
}

interface Taken {
  readonly service: ServiceName;
  readonly stack: StackOptions;
  readonly holdMs: number;
}

function takeAway(what: string, { service, stack, holdMs }: Taken): Promise<void> {
  switch (what) {
    case 'fill disk':
      return fillDisk(join(stack.dataFolder, service), holdMs);
    case 'break disk':
      return breakDisk(servicePids(stack, service), holdMs);
    case 'deny files':
      return denyFiles(servicePids(stack, service), holdMs);
    case 'deny memory':
      return denyMemory(servicePids(stack, service), holdMs);
    default:
      throw new RangeError(`nobody can ${what}`);
  }
}
