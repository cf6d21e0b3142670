import { mkdir } from 'node:fs/promises';

import { PermanentFailure } from '#failure';

import { addressesOf, type ServiceName, type StackAddresses } from './addresses.js';
import { isFree } from './free-ports.js';
import { allDone, inOrder, neededBy } from './in-order.js';
import { readInstalled } from './installed.js';
import { recordedProcess } from './pid-file.js';
import { checkOpenToPostgres } from './postgres-user.js';
import type { StackOptions } from './service.js';
import { portsFor, services } from './services.js';
import { withStackLock } from './stack-lock.js';
import { startService } from './start-service.js';
import { stopStack, type StoppedService } from './stop-stack.js';

/** The setting that moves a service to another port, for the message about a port in use. */
const settingOf: Readonly<Record<ServiceName, string>> = {
  kafka: 'PENSTOCK_KAFKA_BROKERS',
  registry: 'PENSTOCK_REGISTRY_URL',
  postgres: 'PENSTOCK_POSTGRES_URL',
  neo4j: 'PENSTOCK_NEO4J_URL',
  qdrant: 'PENSTOCK_QDRANT_URL',
  redis: 'PENSTOCK_REDIS_URL',
};

/** A stack whose services all answer. */
export interface Stack {
  readonly addresses: StackAddresses;
  stop(): Promise<StoppedService[]>;
}

/**
 * Starts every service that doesn't run yet, side by side, and waits until all answer. They outlive this process; safe
 * to run again. Throws a PermanentFailure when a port is in use (then nothing was started) or a service ends while
 * starting (then the others run on, and the next call starts only what is missing).
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  readInstalled(options.cacheFolder);
  await mkdir(options.dataFolder, { recursive: true, mode: 0o755 });
  await checkOpenToPostgres(options.dataFolder);
  await withStackLock(options.dataFolder, async () => {
    await checkPorts(options);
    await allDone(inOrder(services, neededBy(services), ({ name }) => startService(options, name)));
  });
  return { addresses: addressesOf(options.ports), stop: () => stopStack(options) };
}

/** Looks before anything is started, so that one taken port doesn't leave half a stack behind. */
async function checkPorts(options: StackOptions): Promise<void> {
  const taken: string[] = [];
  for (const { name } of services) {
    if (recordedProcess(options.dataFolder, name)?.running) continue;
    for (const port of portsFor(name, options)) {
      if (!(await isFree(port))) taken.push(`port ${port}, wanted by ${name} (another one: ${settingOf[name]})`);
    }
  }
  if (taken.length === 0) return;
  throw new PermanentFailure(`in use by another program: ${taken.join('; ')}`, { reason: 'port-in-use' });
}
