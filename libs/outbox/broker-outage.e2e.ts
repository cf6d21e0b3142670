import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { KafkaPublisher } from '#kafka';
import { createLogger, Metrics } from '#telemetry';

import { OutboxFixture, said, until } from './outbox-fixture.js';

const stack = JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string; kafka: string };
let outbox: OutboxFixture;

beforeEach(async () => {
  outbox = await OutboxFixture.open(stack.postgres);
});

afterEach(() => outbox.close());

/** A publisher whose connections can be cut: new ones are refused from then on. */
async function cuttablePublisher(
  warned: string[],
  metrics: Metrics,
): Promise<{ publisher: KafkaPublisher; cut: () => void }> {
  const open = new Set<Socket>();
  let away = false;
  const log = createLogger('silent');
  log.warn = (_line: unknown, message?: string) => void warned.push(message ?? '');
  const publisher = new KafkaPublisher({
    ...{ brokers: stack.kafka.split(','), role: 'relay', instance: 'outage', codec: outbox.codec, log, metrics },
    nowMs: () => Date.now(),
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port: away ? 1 : port }, onConnect);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return socket;
    },
  });
  await publisher.start();
  const cut = (): void => {
    away = true;
    for (const socket of open) socket.destroy();
  };
  return { publisher, cut };
}

describe('an outbox relay without a broker', () => {
  it('says so once, goes on measuring its backlog, and stops within seconds', async () => {
    const metrics = new Metrics();
    const warned: string[] = [];
    const { publisher, cut } = await cuttablePublisher(warned, metrics);
    const ofOurs = (message: string): boolean => message.startsWith('publishing');
    const relay = outbox.relay({ publisher, metrics });
    cut();
    await outbox.say(said('a'));
    const rows = async (): Promise<number | undefined> => (await metrics.outboxRows.get()).values[0]?.value;
    await until(async () => (await rows()) === 1);
    await outbox.say(said('b'), said('c'));
    await until(async () => (await rows()) === 3);
    await until(() => warned.some(ofOurs));

    const stoppedAtMs = performance.now();
    await relay.stop();
    await publisher.close();

    expect(performance.now() - stoppedAtMs).toBeLessThan(9000);
    expect(warned.filter(ofOurs)).toHaveLength(1);
    expect(await outbox.rowsLeft()).toBe(3);
  });
});
