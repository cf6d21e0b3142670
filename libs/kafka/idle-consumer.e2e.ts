import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ISocketFactory } from 'kafkajs';

import { aName, aRole, aStagedDocument, prepareBroker, stage, until } from './real-broker.contract.js';
import { running, stopAll, TestStage } from './test-stage.contract.js';

const fetchApi = 1;
const config = { sessionTimeoutMs: 30_000 };

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
    await pause(6_000);
    const idle = sockets.fetches - before;
    await stage(aStagedDocument(namespace, 'second'));
    await until('the second is handled', () => handler.handled.length === 2);

    // One every two and a half seconds.
    expect(idle).toBeLessThanOrEqual(4);
    expect(idle).toBeGreaterThan(0);
  });

  it('does not wait for the end of a fetch when it is stopped', async () => {
    const isAhead: boolean[] = [];

    // On a busy machine a stop may take as long as a fetch waits; one that waited for it would never be ahead.
    for (let turn = 0; turn < 5 && isAhead.at(-1) !== true; turn += 1) {
      const namespace = aName('idle-stop');
      const sockets = new WatchedSockets();
      const handler = new TestStage(namespace);
      const rig = await running(aRole(), handler, { config, socketFactory: sockets.factory });
      await stage(aStagedDocument(namespace, 'only'));
      await until('it is handled', () => handler.handled.length === 1);
      const earlier = sockets.fetches;
      await until('the next fetch is under way', () => sockets.fetches > earlier);
      await rig.consumer.stop();
      isAhead.push(sockets.fetching);
    }

    expect(isAhead.at(-1)).toBe(true);
  });
});
