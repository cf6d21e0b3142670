import { join } from 'node:path';

import { addressesOf, serviceNames, type ServiceName } from './addresses.js';
import { readInstalled } from './installed.js';
import { kafka } from './kafka.js';
import { neo4j } from './neo4j.js';
import { postgres } from './postgres.js';
import { qdrant } from './qdrant.js';
import { redis } from './redis.js';
import { registry } from './registry.js';
import type { Service, ServiceContext, StackOptions } from './service.js';

const byName: Readonly<Record<ServiceName, Service>> = { kafka, registry, postgres, neo4j, qdrant, redis };

/** Every service of the stack. */
export const services: readonly Service[] = serviceNames.map((name) => byName[name]);

/** The service with this name. */
export function serviceNamed(name: ServiceName): Service {
  return byName[name];
}

/** What a service is told about its stack. Throws a PermanentFailure when set-up has not run. */
export function contextOf(options: StackOptions, name: ServiceName): ServiceContext {
  return {
    options,
    folder: join(options.dataFolder, name),
    addresses: addressesOf(options.ports),
    installed: readInstalled(options.cacheFolder),
  };
}

/** Ports that a service listens on. */
export function portsFor(name: ServiceName, { ports, kafkaProxies = [] }: StackOptions): number[] {
  if (name !== 'kafka') return [ports[name]];
  return [ports.kafka, ports.kafkaController, ...kafkaProxies.map(({ listenPort }) => listenPort)];
}

/** Where a service's output goes. */
export function logPath(dataFolder: string, name: ServiceName): string {
  return join(dataFolder, 'logs', `${name}.log`);
}
