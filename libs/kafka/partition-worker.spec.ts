import { describe, expect, it } from '@jest/globals';

import type { Emission } from '#events';
import { PermanentFailure } from '#failure';
import { createLogger, Metrics } from '#telemetry';

import type { PartitionContext, PartitionHandler, PartitionResult, ReceivedEvent } from './contract.js';
import { insisting } from './insisting.js';
import type { KafkaRecord, RawRecord } from './kafka-record.js';
import { PartitionQueue } from './partition-queue.js';
import { PartitionWorker } from './partition-worker.js';
import { RecordPublisher } from './record-publisher.js';

const payload = { namespace: 'acme', documentId: 'a', ingestionId: '018f4e2a-0000-7000-8000-000000000001', version: 1 };
const event = { type: 'DocumentRetracted', payload } as Emission;
const record: KafkaRecord = {
  ...{ topic: 'penstock.documents.saga', partition: 0, offset: 7n, timestampMs: 0 },
  ...{ key: Buffer.from('acme/a'), value: Buffer.alloc(0), headers: {} },
};
const config = { sessionTimeoutMs: 1000, handlerDeadlineMs: 1000, batchRecordsMax: 10, writeDeadlineMs: 1000 };

class Log extends RecordPublisher {
  readonly said: string[] = [];

  override publish(emissions: readonly Emission[]): Promise<void> {
    this.said.push(...emissions.map(({ type }) => type));
    return Promise.resolve();
  }

  override publishRaw(records: readonly RawRecord[]): Promise<void> {
    this.said.push(...records.map(({ topic }) => topic));
    return Promise.resolve();
  }
}

/** Refuses an event as if for good, and takes it at the third try. */
class Refusing implements PartitionHandler {
  tries = 0;
  readonly insists: (event: ReceivedEvent) => boolean;

  constructor(insistsOn: Emission['type']) {
    this.insists = ({ type }) => type === insistsOn;
  }

  handle(): Promise<PartitionResult> {
    this.tries += 1;
    if (this.tries > 2) return Promise.resolve({ emissions: [] });
    return Promise.reject(new PermanentFailure('refused', { reason: 'store-refused' }));
  }
}

/** A worker of one partition; `onCommit` hears of each offset that it commits. */
function aWorker(
  handler: PartitionHandler,
  onCommit: (offset: bigint) => void,
  { publisher = new Log(), metrics = new Metrics() } = {},
): PartitionWorker {
  let nowMs = 0;
  const role = { role: 'writer-redis', consumes: ['DocumentRetracted'], produces: [] } as const;
  const ports = { role, publisher, config, log: createLogger('silent'), metrics, nowMs: () => (nowMs += 1000) };
  const commit = (offset: bigint): Promise<void> => Promise.resolve(onCommit(offset));
  const nothing = (): void => undefined;
  return new PartitionWorker(
    { ...ports, codec: { decode: () => Promise.resolve(event) } },
    insisting(handler),
    new PartitionQueue({ records: 10, bytes: 1000 }),
    {
      ...{ topic: record.topic, partition: 0, signal: new AbortController().signal, committed: () => undefined },
      ...{ commit, logEnd: () => Promise.resolve(0n), drained: nothing, restart: nothing, fatal: nothing },
    },
  );
}

async function work(handler: Refusing, metrics = new Metrics()): Promise<{ said: string[]; committed: bigint[] }> {
  const [publisher, committed] = [new Log(), [] as bigint[]];
  const done = Promise.withResolvers<void>();
  const onCommit = (offset: bigint): void => {
    committed.push(offset);
    done.resolve();
  };
  aWorker(handler, onCommit, { publisher, metrics }).push([record]);
  await done.promise;
  return { said: publisher.said, committed };
}

describe('a partition whose handler refuses an event for good', () => {
  it('gives the event up, and asks to undo what it belongs to', async () => {
    const { said, committed } = await work(new Refusing('StoreWritten'));

    expect(said.toSorted()).toEqual(['CompensationRequested', 'penstock.documents.dead-letter']);
    expect(committed).toEqual([8n]);
  });

  it('tries again for as long as it takes where nothing may be given up', async () => {
    const handler = new Refusing('DocumentRetracted');

    const { said, committed } = await work(handler);

    expect({ said, committed, tries: handler.tries }).toEqual({ said: [], committed: [8n], tries: 3 });
  });

  it('tells for how long it has been trying, until it is through', async () => {
    const metrics = new Metrics();
    const ages: (readonly { value: number; labels: object }[])[] = [];
    const handler = new (class extends Refusing {
      override async handle(): Promise<PartitionResult> {
        ages.push((await metrics.stepAgeSeconds.get()).values);
        return super.handle();
      }
    })('DocumentRetracted');

    await work(handler, metrics);

    const labels = { role: 'writer-redis', topic: record.topic, partition: 0 };
    expect(ages).toEqual([[], [{ labels, value: expect.any(Number) }], [{ labels, value: expect.any(Number) }]]);
    expect(ages[2]?.[0]?.value).toBeGreaterThan(ages[1]?.[0]?.value ?? Infinity);
    expect((await metrics.stepAgeSeconds.get()).values).toEqual([]);
  });
});

describe('a record that comes as the work on the one before ends', () => {
  it.each(Array.from({ length: 12 }, (_, ticks) => ticks))('is worked on, %i ticks after that', async (ticks) => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const onCommit = (offset: bigint): void => (offset === 8n ? first : second).resolve();
    const worker = aWorker({ handle: () => Promise.resolve({ emissions: [] }) }, onCommit);
    worker.push([record]);
    await first.promise;

    for (let i = 0; i < ticks; i += 1) await Promise.resolve();
    worker.push([{ ...record, offset: 8n }]);

    const late = new Promise((resolve) => void setTimeout(resolve, 1000, 'nobody came for it').unref());
    expect(await Promise.race([second.promise, late])).toBeUndefined();
  });
});

describe('a handler that still needs what was read before', () => {
  it('is told how far the partition is read, also where it holds nothing for the role', async () => {
    const seen: [events: number, readTo: bigint][] = [];
    const handle = (batch: readonly ReceivedEvent[], { readTo }: PartitionContext): Promise<PartitionResult> => {
      seen.push([batch.length, readTo]);
      return Promise.resolve({ emissions: [], ...(batch.length > 0 ? { lowWater: 7n } : {}) });
    };
    const done = Promise.withResolvers<void>();
    const committed: bigint[] = [];
    const worker = aWorker({ handle }, (offset) => {
      committed.push(offset);
      if (offset === 12n) done.resolve();
    });
    const foreign = { ...record, headers: { ce_type: 'io.penstock.events.v1.StoreWritten' } };

    worker.push([record, { ...foreign, offset: 8n }]);
    await new Promise((resolve) => void setImmediate(resolve));
    worker.push([{ ...foreign, offset: 11n }]);
    await done.promise;

    expect(seen).toEqual([
      [1, 9n],
      [0, 12n],
    ]);
    expect(committed.at(-1)).toBe(12n);
  });
});
