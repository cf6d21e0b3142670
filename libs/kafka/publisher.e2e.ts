import { beforeAll, describe, expect, it } from '@jest/globals';

import { emission, outgoingEvent, topics } from '#events';
import { Metrics } from '#telemetry';

import { CuttableSockets } from './cut-sockets.contract.js';
import { ensureTopics } from './ensure-topics.js';
import type { RawRecord } from './kafka-record.js';
import { KafkaPublisher } from './publisher.js';
import {
  aName,
  aStagedDocument,
  brokers,
  codec,
  log,
  partitions,
  prepareBroker,
  until,
} from './real-broker.contract.js';
import { recordsOf } from './test-stage.contract.js';

/** How long kafkajs waits for an answer. */
const requestTimeoutMs = 30_000;

async function withPublisher(
  work: (publisher: KafkaPublisher, sockets: CuttableSockets) => Promise<void>,
): Promise<void> {
  const sockets = new CuttableSockets();
  const shared = { brokers, codec, log, metrics: new Metrics(), nowMs: () => Date.now() };
  const names = { role: aName('sender'), instance: 'i' };
  const publisher = new KafkaPublisher({ ...shared, ...names, socketFactory: sockets.factory });
  await publisher.start();
  try {
    await work(publisher, sockets);
  } finally {
    await publisher.close();
  }
}

const staged = (namespace: string, version: number, bytes = 0): ReturnType<typeof emission> =>
  emission('DocumentStaged', { ...aStagedDocument(namespace, 'd', version), metadata: { pad: 'x'.repeat(bytes) } });

async function versions(namespace: string): Promise<number[]> {
  const records = await recordsOf(topics.staged.name, namespace);
  return records.map(({ headers }) => Number(headers['ce_documentversion']));
}

describe('publisher', () => {
  beforeAll(prepareBroker);

  it('keeps the order of concurrent callers', async () => {
    const namespace = aName('publish');
    const wanted = Array.from({ length: 200 }, (_, i) => i + 1);

    await withPublisher(async (publisher) => {
      await Promise.all(wanted.map((version) => publisher.publish([staged(namespace, version)], { id: 'cause' })));
    });

    expect(await versions(namespace)).toEqual(wanted);
    const [first] = await recordsOf(topics.staged.name, namespace);
    expect(first?.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_causationid: 'cause',
      ce_subject: `${namespace}/d`,
    });
  });

  it('refuses only the record that is too large', async () => {
    const namespace = aName('large');

    await withPublisher(async (publisher) => {
      const results = await Promise.allSettled([
        publisher.publish([staged(namespace, 1)]),
        publisher.publish([staged(namespace, 2, 2_000_000)]),
        publisher.publish([staged(namespace, 3)]),
      ]);

      expect(results).toMatchObject([
        { status: 'fulfilled' },
        { status: 'rejected', reason: { kind: 'permanent', reason: 'message-too-large' } },
        { status: 'fulfilled' },
      ]);
    });
    expect(await versions(namespace)).toEqual([1, 3]);
  });

  it('lets nothing of one call overtake a record of its key that is too large', async () => {
    const namespace = aName('overtaken');
    const encoded = (documentId: string, version: number, bytes: number): RawRecord => {
      const event = emission('DocumentStaged', aStagedDocument(namespace, documentId, version));
      const { topic, key, headers } = outgoingEvent(event, { role: 'test', timeMs: 0 });
      return { topic, key, headers, value: Buffer.alloc(bytes) };
    };
    const records = [encoded('d', 1, 9), encoded('d', 2, 2_000_000), encoded('d', 3, 9), encoded('other', 4, 9)];

    await withPublisher(async (publisher) => {
      await expect(publisher.publishRaw([...records, encoded('d', 5, 800_000)])).rejects.toMatchObject({
        reason: 'message-too-large',
      });
    });

    expect((await versions(namespace)).toSorted()).toEqual([1, 4]);
  });

  it('sends again until it is acknowledged when the connection is lost', async () => {
    const namespace = aName('lost');
    await withPublisher(async (publisher, sockets) => {
      await publisher.publish([staged(namespace, 1)]);
      sockets.cut();
      const publishing = publisher.publish([staged(namespace, 2)]);
      const aborted = new AbortController();
      const dropped = publisher.publish([staged(namespace, 3)], {}, aborted.signal);
      aborted.abort();
      sockets.mend();

      await publishing;
      await expect(dropped).rejects.toMatchObject({ reason: 'assignment-lost' });
    });

    await until('it lies there once', async () => (await versions(namespace)).length === 2);
    expect(await versions(namespace)).toEqual([1, 2]);
  });

  it.each([2, 6, 20])('understands the next connection when an answer broke off after %d bytes', async (bytes) => {
    const namespace = aName('torn');

    await withPublisher(async (publisher, sockets) => {
      await publisher.publish([staged(namespace, 1)]);
      sockets.tear(bytes);
      const startedMs = performance.now();
      await publisher.publish([staged(namespace, 2)]);

      // A client that takes the rest of the old answer for the beginning of a new one waits for a request timeout.
      expect(performance.now() - startedMs).toBeLessThan(requestTimeoutMs);
    });
  });

  it('fails what waits when it is closed', async () => {
    await withPublisher(async (publisher) => {
      await publisher.close();

      await expect(publisher.publish([staged('closed', 1)])).rejects.toMatchObject({ reason: 'publisher-closed' });
    });
  });
});

describe('topics', () => {
  it('are made by several processes at once', async () => {
    const options = { brokers, partitions, replicationFactor: 1, log };

    await expect(Promise.all([ensureTopics(options), ensureTopics(options)])).resolves.toBeDefined();
  });

  it('are refused with another number of partitions', async () => {
    const options = { brokers, partitions: partitions + 1, replicationFactor: 1, log };

    await expect(ensureTopics(options)).rejects.toMatchObject({ kind: 'permanent', reason: 'partition-count' });
  });
});
