import { addressesOf, type ServiceName } from './addresses.js';
import { recordedProcess } from './pid-file.js';
import type { Service, StackOptions } from './service.js';
import { logPath, services } from './services.js';
import { failureOf } from './start-service.js';

/**
 * What a look at one service found. `starting` also covers a process that runs but doesn't answer; `healthy` without a
 * pid is a service that somebody else runs.
 */
export interface ServiceState {
  readonly service: ServiceName;
  readonly address: string;
  readonly state: 'healthy' | 'starting' | 'crashed' | 'stopped';
  readonly pid?: number;
  readonly log: string;
}

/** Looks at every service at once; takes no longer than one health check. */
export async function stackStatus(options: StackOptions): Promise<ServiceState[]> {
  return Promise.all(services.map((service) => stateOf(options, service)));
}

async function stateOf(options: StackOptions, service: Service): Promise<ServiceState> {
  const address = addressesOf(options.ports)[service.name];
  const found = { service: service.name, address, log: logPath(options.dataFolder, service.name) };
  const recorded = recordedProcess(options.dataFolder, service.name);
  if (recorded?.running === false) return { ...found, state: 'crashed' };
  const why = await failureOf(service.check(address));
  // Without a process of ours, somebody else's may serve the address: containers, a cluster.
  if (recorded === undefined) return { ...found, state: why === undefined ? 'healthy' : 'stopped' };
  return { ...found, pid: recorded.pid, state: why === undefined ? 'healthy' : 'starting' };
}
