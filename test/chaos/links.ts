import type { RoleName } from '../../apps/roles.js';
import { findFreePorts, type KafkaProxy, type ServiceName, type StackAddresses } from '#stack';

import type { Toxiproxy } from './toxiproxy.js';

/** The way from one process to one service. */
export interface Link {
  readonly name: string;
  readonly roles: readonly RoleName[];
  readonly service: ServiceName;
}

const everybodyNeeds = ['kafka', 'registry', 'postgres'] as const;
const storeOf: Readonly<Partial<Record<RoleName, ServiceName>>> = {
  api: 'redis',
  'writer-neo4j': 'neo4j',
  'writer-qdrant': 'qdrant',
  'writer-redis': 'redis',
};

const settingOf: Readonly<Record<ServiceName, string>> = {
  kafka: 'PENSTOCK_KAFKA_BROKERS',
  registry: 'PENSTOCK_REGISTRY_URL',
  postgres: 'PENSTOCK_POSTGRES_URL',
  neo4j: 'PENSTOCK_NEO4J_URL',
  qdrant: 'PENSTOCK_QDRANT_URL',
  redis: 'PENSTOCK_REDIS_URL',
};

/** The services that the roles of one process speak to. */
export function linksOf(roles: readonly RoleName[]): Link[] {
  const stores = roles.flatMap((role) => storeOf[role] ?? []);
  const services = new Set<ServiceName>([...everybodyNeeds, ...stores]);
  return [...services].map((service) => ({ name: `${roles.join('+')} to ${service}`, roles, service }));
}

/** One proxy for each link, so that one process can be cut off from one service while all others reach it. */
export class Links {
  private constructor(
    readonly all: readonly Link[],
    private readonly ports: ReadonlyMap<string, number>,
    /** The listeners that Kafka needs for this: each advertises the port of its proxy. */
    readonly kafkaProxies: readonly KafkaProxy[],
  ) {}

  static async open(
    toxiproxy: Toxiproxy,
    groups: readonly (readonly RoleName[])[],
    addresses: StackAddresses,
  ): Promise<Links> {
    const all = groups.flatMap(linksOf);
    const listeners = await findFreePorts(groups.length);
    const ports = new Map<string, number>();
    const kafkaProxies: KafkaProxy[] = [];
    for (const { name, service } of all) {
      const listenPort = service === 'kafka' ? listeners.pop() : undefined;
      const port = await toxiproxy.add(name, `127.0.0.1:${listenPort ?? portOf(addresses[service])}`);
      ports.set(name, port);
      if (listenPort !== undefined) kafkaProxies.push({ listenPort, advertisedPort: port });
    }
    return new Links(all, ports, kafkaProxies);
  }

  /** Settings that lead the process of these roles through its proxies. */
  environmentOf(roles: readonly RoleName[], addresses: StackAddresses): Record<string, string> {
    const ways = linksOf(roles).map(({ name, service }) => {
      const address = addresses[service].replace(`:${portOf(addresses[service])}`, `:${this.ports.get(name) ?? 0}`);
      return [settingOf[service], address] as const;
    });
    return Object.fromEntries(ways);
  }
}

function portOf(address: string): number {
  return Number(/:(\d+)(?=\/|$)/.exec(address)?.[1]);
}

/** Settings that lead straight to the services. */
export function directEnvironment(addresses: StackAddresses): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settingOf).map(([service, setting]) => [setting, addresses[service as ServiceName]]),
  );
}
