import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import type { Config } from '#config';
import { createPool } from '#database';
import { ConfluentSchemaRegistry } from '#events';
import { classify, TransientFailure } from '#failure';
import { fetchMembers } from '#kafka';
import { checkQdrant } from '#stores/qdrant';
import { createLogger } from '#telemetry';

import { kafkaConnection, registryLogin } from '../connections.js';
import { nameRefusal, type NamedService } from '../name-refusal.js';
import { greetRedis, storeClients } from '../stores.js';

/** Whether a service answers to whoever has the settings. */
export interface Probe {
  /** Without user and password. */
  readonly address: string;
  /** Why it is of no use; absent if it is. */
  readonly problem?: string;
}

const connectMs = 2_000;
const answerMs = 5_000;
/** Of addresses that name no port. */
const usualPorts: Readonly<Record<string, number>> = { http: 80, https: 443, postgres: 5432, redis: 6379 };
const boltPort = 7687;

type Ask = (config: Config) => Promise<unknown>;

const asks: Readonly<Record<NamedService, { readonly addresses: (config: Config) => readonly string[]; ask: Ask }>> = {
  kafka: {
    addresses: ({ kafkaBrokers }) => kafkaBrokers,
    ask: (config) => fetchMembers({ ...kafkaConnection(config), groups: [], log: createLogger('silent') }),
  },
  registry: {
    addresses: ({ registryUrl }) => [registryUrl],
    ask: (config) => new ConfluentSchemaRegistry(config.registryUrl, registryLogin(config)).check(),
  },
  postgres: { addresses: ({ postgresUrl }) => [postgresUrl], ask: askPostgres },
  neo4j: { addresses: ({ neo4jUrl }) => [neo4jUrl], ask: askNeo4j },
  qdrant: {
    addresses: ({ qdrantUrl }) => [qdrantUrl],
    ask: (config) => checkQdrant(storeClients({ config }).qdrant()),
  },
  redis: { addresses: ({ redisUrl }) => [redisUrl], ask: greetRedis },
};

/** Asks all services at once, each at the address of the settings and with their login; takes a few seconds at most. */
export async function probeServices(config: Config): Promise<Record<NamedService, Probe>> {
  const probes = Object.entries(asks).map(async ([name, { addresses, ask }]): Promise<[string, Probe]> => {
    const found = addresses(config);
    const address = found.map(withoutLogin).join(',');
    try {
      await Promise.any(found.map(reach));
      await nameRefusal(name as NamedService, () => inTime(ask(config)));
      return [name, { address }];
    } catch (error) {
      const reason = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
      return [name, { address, problem: classify(reason).message }];
    }
  });
  return Object.fromEntries(await Promise.all(probes)) as Record<NamedService, Probe>;
}

/** A driver would try for long where nobody listens. */
async function reach(address: string): Promise<void> {
  const [host, port] = placeOf(address);
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectMs) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TransientFailure(`does not answer (${code ?? 'unknown'})`, { reason: 'service-away', cause: error });
  } finally {
    socket.destroy();
  }
}

function placeOf(address: string): [host: string, port: number] {
  const url = new URL(address.includes('://') ? address : `kafka://${address}`);
  const scheme = url.protocol.replace(/(?<=.)(ql|s|\+s|\+ssc)?:$/, '');
  return [url.hostname.replace(/^\[|\]$/g, ''), Number(url.port) || (usualPorts[scheme] ?? boltPort)];
}

function withoutLogin(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//');
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = pause(answerMs, undefined, { ref: false }).then((): never => {
    throw new TransientFailure(`no answer within ${answerMs / 1000} s`, { reason: 'service-silent' });
  });
  return Promise.race([work, late]);
}

async function askPostgres({ postgresUrl }: Config): Promise<void> {
  const pool = createPool(postgresUrl, { name: 'status', max: 1 });
  try {
    await pool.query('SELECT 1');
  } finally {
    await pool.end();
  }
}

async function askNeo4j(config: Config): Promise<void> {
  const driver = storeClients({ config }).neo4j();
  try {
    await driver.getServerInfo();
  } finally {
    await driver.close();
  }
}
