import { PermanentFailure } from '#failure';

import type { ServiceName } from './addresses.js';
import { recordedProcess, type PidFile } from './pid-file.js';
import { descendantsOf, signalProcess } from './processes.js';
import type { StackOptions } from './service.js';
import { hasEnded, killTree } from './stop-stack.js';

const killTimeoutMs = 10_000;

/**
 * Sends a signal to one running service and the processes it started, to see how Penstock bears it: SIGKILL (resolves
 * when it is gone), SIGSTOP, SIGCONT. Throws a PermanentFailure when the service doesn't run.
 */
export async function killService(options: StackOptions, service: ServiceName, signal: NodeJS.Signals): Promise<void> {
  if (signal === 'SIGKILL') {
    const recorded = runningProcess(options, service);
    killTree(recorded);
    await hasEnded(recorded, killTimeoutMs);
    return;
  }
  for (const pid of servicePids(options, service)) signalProcess(pid, signal);
}

/**
 * The process of a running service, and those that it started. Throws a PermanentFailure when the service doesn't run.
 */
export function servicePids(options: StackOptions, service: ServiceName): number[] {
  const { pid } = runningProcess(options, service);
  return [pid, ...descendantsOf(pid).map((descendant) => descendant.pid)];
}

function runningProcess(options: StackOptions, service: ServiceName): PidFile {
  const recorded = recordedProcess(options.dataFolder, service);
  if (!recorded?.running) throw new PermanentFailure(`${service} is not running`, { reason: 'not-running' });
  return recorded;
}
