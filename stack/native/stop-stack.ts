import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { addressesOf, serviceNames, type ServiceName } from './addresses.js';
import { inOrder } from './in-order.js';
import { isSameProcess, recordedProcess, removePidFile, type PidFile } from './pid-file.js';
import { descendantsOf, signalProcess } from './processes.js';
import type { Service, StackOptions, StackProgress } from './service.js';
import { services } from './services.js';
import { withStackLock } from './stack-lock.js';

const pollMs = 50;
const graceMs = 20_000;

/** How a service ended: in good order, by force because it did not heed the request, or it wasn't running. */
export interface StoppedService {
  readonly service: ServiceName;
  readonly outcome: 'stopped' | 'killed' | 'not-running';
}

/**
 * Stops the services that this stack started, and nothing else: each is known by its number and its time of start.
 * `names` picks some of them; the others run on.
 */
export async function stopStack(
  options: StackOptions,
  names: readonly ServiceName[] = serviceNames,
): Promise<StoppedService[]> {
  const chosen = services.filter(({ name }) => names.includes(name));
  if (!existsSync(options.dataFolder)) return chosen.map(({ name }) => ({ service: name, outcome: 'not-running' }));
  // Whoever needs a service ends before it, so that its last words still reach it.
  const usersOf = ({ name }: Service): Service[] => chosen.filter(({ needs }) => needs.includes(name));
  return withStackLock(options.dataFolder, () =>
    Promise.all(inOrder(chosen, usersOf, (service) => stopService(options, service))),
  );
}

async function stopService(options: StackOptions, { name, stopSignal }: Service): Promise<StoppedService> {
  const startedMs = performance.now();
  const tell = (state: StackProgress['state']): void => {
    const address = addressesOf(options.ports)[name];
    options.onProgress?.({ service: name, state, address, elapsedMs: performance.now() - startedMs });
  };
  const recorded = recordedProcess(options.dataFolder, name);
  if (!recorded?.running) {
    removePidFile(options.dataFolder, name);
    return { service: name, outcome: 'not-running' };
  }
  tell('stopping');
  const outcome = await endProcess(recorded, stopSignal);
  removePidFile(options.dataFolder, name);
  tell('stopped');
  return { service: name, outcome };
}

async function endProcess(recorded: PidFile, stopSignal: NodeJS.Signals): Promise<'stopped' | 'killed'> {
  signalProcess(recorded.pid, stopSignal);
  // A process that a test has suspended must wake up to hear the request.
  for (const { pid } of descendantsOf(recorded.pid)) signalProcess(pid, 'SIGCONT');
  signalProcess(recorded.pid, 'SIGCONT');
  if (await hasEnded(recorded, graceMs)) return 'stopped';
  killTree(recorded);
  await hasEnded(recorded, graceMs);
  return 'killed';
}

/** Ends a process and everything it started, at once. */
export function killTree(recorded: PidFile): void {
  const descendants = descendantsOf(recorded.pid);
  signalProcess(recorded.pid, 'SIGKILL');
  for (const descendant of descendants) if (isSameProcess(descendant)) signalProcess(descendant.pid, 'SIGKILL');
}

/** Waits until the recorded process is gone. Says whether it went in time. */
export async function hasEnded(recorded: Pick<PidFile, 'pid' | 'startedAt'>, timeoutMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += pollMs) {
    if (!isSameProcess(recorded)) return true;
    await delay(pollMs);
  }
  return false;
}
