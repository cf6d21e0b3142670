/** The services of the stack, by the names that commands, settings and logs use. */
export const serviceNames = ['kafka', 'registry', 'postgres', 'neo4j', 'qdrant', 'redis'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Loopback ports of the services; Kafka needs a second one for its controller. */
export type Ports = Readonly<Record<ServiceName | 'kafkaController', number>>;

/** What each service's own client takes. */
export type StackAddresses = Readonly<Record<ServiceName, string>>;

/** Away from the services' usual ports, so that Penstock's stack can stand beside others. */
export const defaultPorts: Ports = {
  kafka: 19092,
  kafkaController: 19093,
  registry: 18081,
  postgres: 15432,
  neo4j: 17687,
  qdrant: 16333,
  redis: 16379,
};

/** User, password and database of the stack's PostgreSQL, which only listens on loopback. */
export const postgresName = 'penstock';

/** Addresses of a stack that listens on these ports. */
export function addressesOf(ports: Ports): StackAddresses {
  return {
    kafka: `127.0.0.1:${ports.kafka}`,
    registry: `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`,
    postgres: `postgres://${postgresName}:${postgresName}@127.0.0.1:${ports.postgres}/${postgresName}`,
    neo4j: `bolt://127.0.0.1:${ports.neo4j}`,
    qdrant: `http://127.0.0.1:${ports.qdrant}`,
    redis: `redis://127.0.0.1:${ports.redis}`,
  };
}

/** Ports of a stack that is to answer at these addresses; Kafka's controller takes the port after Kafka's. */
export function portsOf(addresses: StackAddresses): Ports {
  const kafka = Number(addresses.kafka.split(',')[0]?.split(':').pop());
  const port = (address: string): number => Number(new URL(address).port);
  return {
    kafka,
    kafkaController: kafka + 1,
    registry: port(addresses.registry),
    postgres: port(addresses.postgres),
    neo4j: port(addresses.neo4j),
    qdrant: port(addresses.qdrant),
    redis: port(addresses.redis),
  };
}
