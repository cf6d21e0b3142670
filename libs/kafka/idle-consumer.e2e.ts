import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel, type ISocketFactory } from 'kafkajs';

import {
  aName,
  aRole,
  aStagedDocument,
  brokers,
  kafka,
  prepareBroker,
  send,
  stage,
  until,
} from './real-broker.contract.js';
import { running, stopAll, TestStage } from './test-stage.contract.js';

const fetchApi = 1;
const config = { sessionTimeoutMs: 30_000 };
/** Much longer than a stop takes on the busiest machine, and no longer than a session lasts. */
const longWaitMs = 25_000;

/** Sees what a consumer asks the broker, and whether a fetch waits for its answer. */
class WatchedSockets {
  fetches = 0;
  fetching = false;

  readonly factory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    this.watch(socket);
    return socket;
  };

  private watch(socket: Socket): void {
    const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
    let isFetch = false;
    socket.write = (...given: unknown[]): boolean => {
      const [request] = given;
      // A request begins with its length and the number of its kind.
      isFetch = Buffer.isBuffer(request) && request.readInt16BE(4) === fetchApi;
      if (isFetch) {
        this.fetches += 1;
        this.fetching = true;
      }
      return write(...given);
    };
    socket.on('data', () => {
      if (isFetch) this.fetching = false;
    });
  }
}

async function createTopic(topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

beforeAll(prepareBroker);
afterAll(stopAll);

describe('a consumer to which nothing comes', () => {
  it('asks the broker seldom, and hears of a record as soon as there is one', async () => {
    const namespace = aName('idle');
    const sockets = new WatchedSockets();
    const handler = new TestStage(namespace);
    await running(aRole(), handler, { config, socketFactory: sockets.factory });
    await stage(aStagedDocument(namespace, 'first'));
    await until('the first is handled', () => handler.handled.length === 1);

    const before = sockets.fetches;
    const sinceMs = performance.now();
    await pause(6_000);
    const idle = sockets.fetches - before;
    const idleMs = performance.now() - sinceMs;
    await stage(aStagedDocument(namespace, 'second'));
    await until('the second is handled', () => handler.handled.length === 2);

    // One every two and a half seconds, and a few that bring what earlier tests left in the topic.
    expect(idle).toBeLessThanOrEqual(Math.ceil(idleMs / 1_000));
    expect(idle).toBeGreaterThan(0);
  });

  it('does not wait for the end of a fetch when it is stopped', async () => {
    const topic = aName('idle-stop');
    const sockets = new WatchedSockets();
    const client = new Kafka({ brokers, socketFactory: sockets.factory, logLevel: logLevel.NOTHING });
    const consumer = client.consumer({ groupId: topic, maxWaitTimeInMs: longWaitMs });
    await createTopic(topic);
    await send(topic, { key: 'only', value: null });
    let handled = 0;
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async () => void (handled += 1) });
    await until('it is handled', () => handled === 1);
    await until('the next fetch is under way', () => sockets.fetching);

    await consumer.stop();
    await consumer.disconnect();

    expect(sockets.fetching).toBe(true);
  });
});
