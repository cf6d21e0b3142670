import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import neo4jDriver from 'neo4j-driver';
import pg from 'pg';

import { askOnce } from './ask-once.js';
import {
  addressesOf,
  cacheFolderOf,
  freePorts,
  killService,
  serviceNames,
  stackStatus,
  startService,
  startStack,
  stopStack,
  type ServiceName,
  type StackOptions,
} from './index.js';
import { metadataRequest } from './kafka.js';
import { newDataFolder } from './new-data-folder.js';

let options: StackOptions;

const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await stackStatus(options)).map(({ service, state }) => [service, state]));
const pids = async (): Promise<(number | undefined)[]> => (await stackStatus(options)).map(({ pid }) => pid);
const all = (state: string): Record<string, string> => Object.fromEntries(serviceNames.map((name) => [name, state]));

async function killAndRestart(service: ServiceName): Promise<void> {
  await killService(options, service, 'SIGKILL');
  expect((await states())[service]).toBe('crashed');
  await startService(options, service);
}

beforeAll(async () => {
  const { kafka: listenPort, kafkaController: advertisedPort } = await freePorts();
  options = {
    dataFolder: newDataFolder('stack'),
    cacheFolder: cacheFolderOf(process.env),
    ports: await freePorts(),
    kafkaProxies: [{ listenPort, advertisedPort }],
  };
  await startStack(options);
}, 120_000);

afterAll(async () => {
  await stopStack(options);
  rmSync(options.dataFolder, { recursive: true, force: true });
}, 60_000);

describe('the native stack', () => {
  it('answers on every address once it has started', async () => {
    expect(await states()).toEqual(all('healthy'));
  });

  it('is left as it is by a second start', async () => {
    const before = await pids();

    await Promise.all([startStack(options), startStack(options)]);

    expect(await pids()).toEqual(before);
  });

  it('keeps schema ids and contents when the registry is killed', async () => {
    const address = addressesOf(options.ports).registry;
    const schema = JSON.stringify({ type: 'record', name: `R${randomUUID().slice(0, 8)}`, fields: [] });
    const register = async (): Promise<unknown> => {
      const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
      const response = await fetch(`${address}/subjects/kept/versions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ schema }),
      });
      return ((await response.json()) as { id: number }).id;
    };
    const id = await register();

    await killAndRestart('registry');

    const answer = (await (await fetch(`${address}/schemas/ids/${String(id)}`)).json()) as { schema: string };
    expect(JSON.parse(answer.schema)).toEqual(JSON.parse(schema));
    expect(await register()).toBe(id);
  });

  it('keeps what was written to Redis when it is killed', async () => {
    const withRedis = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
      const client = new Redis(addressesOf(options.ports).redis);
      return work(client).finally(() => client.disconnect());
    };
    await withRedis((client) => client.set('kept', 'value'));

    await killAndRestart('redis');

    expect(await withRedis((client) => client.get('kept'))).toBe('value');
  });

  it('keeps committed rows when PostgreSQL is killed with sessions open', async () => {
    const connectionString = addressesOf(options.ports).postgres;
    const open = new pg.Client({ connectionString });
    open.on('error', () => undefined);
    await open.connect();
    await open.query('create table kept (value text); insert into kept values (1)');

    await killAndRestart('postgres');

    const client = new pg.Client({ connectionString });
    await client.connect();
    const { rows } = await client.query('select value from kept');
    await client.end();
    expect(rows).toEqual([{ value: '1' }]);
    // The registry keeps its schemas there: it must find its database again by itself.
    await startService(options, 'registry');
    expect((await states())['registry']).toBe('healthy');
  });

  it('keeps committed nodes when Neo4j is killed, whatever credentials a client brings', async () => {
    const address = addressesOf(options.ports).neo4j;
    const query = async (cypher: string): Promise<unknown[]> => {
      const driver = neo4jDriver.driver(address, neo4jDriver.auth.basic('neo4j', 'penstock'));
      const { records } = await driver.executeQuery(cypher).finally(() => driver.close());
      return records.map((record) => record.get(0) as unknown);
    };
    await query(`CREATE (:Kept {value: 'node'})`);

    await killAndRestart('neo4j');

    expect(await query('MATCH (n:Kept) RETURN n.value')).toEqual(['node']);
  });

  it('keeps topics, messages and its cluster id when Kafka is killed', async () => {
    const client = new Kafka({ brokers: [addressesOf(options.ports).kafka], logLevel: logLevel.NOTHING });
    const admin = client.admin();
    const clusterId = async (): Promise<string> => {
      await admin.connect();
      const { clusterId: id } = await admin.describeCluster();
      return id;
    };
    const before = await clusterId();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }] });
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: 'kept', acks: -1, messages: [{ value: 'message' }] });
    await Promise.all([producer.disconnect(), admin.disconnect()]);

    await killAndRestart('kafka');

    const after = await clusterId();
    const offsets = await admin.fetchTopicOffsets('kept');
    await admin.disconnect();
    expect(after).toBe(before);
    expect(offsets).toEqual([{ partition: 0, offset: '1', high: '1', low: '0' }]);
  });

  it('tells clients of the proxied listener the port of the proxy, not of the broker', async () => {
    const { listenPort = 0, advertisedPort } = options.kafkaProxies?.[0] ?? {};
    const portAt = 'size, correlation, brokers, node'.split(',').length * 4 + 2 + '127.0.0.1'.length;

    const answer = await askOnce('127.0.0.1', listenPort, metadataRequest(), portAt + 4);

    expect(answer.readInt32BE(portAt)).toBe(advertisedPort);
  });

  it('notices a service that is suspended, and that it is back', async () => {
    await killService(options, 'redis', 'SIGSTOP');
    const suspended = (await states())['redis'];
    await killService(options, 'redis', 'SIGCONT');

    expect(suspended).toBe('starting');
    expect((await states())['redis']).toBe('healthy');
  });
});
