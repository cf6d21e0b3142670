import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';

import { testStack } from '../services/addresses.js';
import { eventually } from './eventually.js';
import { deadLetterTopic, KafkaOutsider, type SeenRecord } from './kafka-outsider.js';
import type { IngestionSeen } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

const longMs = 240_000;
const writers = ['writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis'];
/** Who reads each topic; the type of a record that is sent under a wrong key there, and who reads that type. */
const topics = [
  { topic: 'submitted', readers: ['stager'], type: 'DocumentSubmitted', readersOfType: [] },
  { topic: 'staged', readers: ['parser', 'ledger'], type: 'DocumentStaged', readersOfType: ['parser', 'ledger'] },
  { topic: 'parsed', readers: ['extractor', 'ledger'], type: 'DocumentParsed', readersOfType: ['extractor', 'ledger'] },
  {
    ...{ topic: 'extracted', readers: ['embedder', 'ledger'] },
    ...{ type: 'DocumentExtracted', readersOfType: ['embedder', 'ledger'] },
  },
  {
    ...{ topic: 'saga', readers: [...writers, 'ledger'] },
    ...{ type: 'DocumentEmbedded', readersOfType: [...writers, 'ledger'] },
  },
  { topic: 'outcomes', readers: ['ledger', 'janitor'], type: 'StorePromoted', readersOfType: ['ledger'] },
] as const;
const nameOf = (topic: string): string => `penstock.documents.${topic}`;
const typeOf = (type: string): string => `io.penstock.events.v1.${type}`;

const outsider = new KafkaOutsider();
const namespace = aNamespace('poison');
let penstock: PenstockUnderTest;
let stores: StoreViews;
let letters: readonly SeenRecord[];
let real: readonly SeenRecord[];

jest.setTimeout(2 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  [penstock] = await Promise.all([startPenstock(), outsider.connect()]);
  letters = await outsider.watch(deadLetterTopic);
  real = await outsider.watch(...topics.map(({ topic }) => nameOf(topic)));
  const { ingestionId } = await penstock.api.inline(namespace, 'model', acmeReport);
  await penstock.api.outcome(ingestionId, longMs);
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

/** Value of a real record of this type. */
function valueOf(type: string): Promise<Buffer> {
  return eventually(`a ${type}`, () => {
    const found = real.find(({ key, headers }) => key.startsWith(namespace) && headers['ce_type'] === typeOf(type));
    return found?.value ?? undefined;
  });
}

function changed(value: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(value);
  change(copy);
  return copy;
}

const broken: readonly (readonly [string, string, (value: Buffer) => Buffer | null])[] = [
  ['cut off', 'bad-avro', (value) => value.subarray(0, 9)],
  ['of an unknown schema', 'unknown-schema', (value) => changed(value, (copy) => copy.writeInt32BE(987_654, 1))],
  ['with another magic byte', 'not-avro', (value) => changed(value, (copy) => copy.writeUInt8(7, 0))],
  ['without a value', 'not-avro', () => null],
  ['of almost a megabyte', 'not-avro', () => Buffer.alloc(1_000_000, 'x')],
];

/** Each reader of the topic buries the record once, and nobody else does. */
async function buriedBy(key: string, readers: readonly string[], reason: string): Promise<void> {
  const own = (): SeenRecord[] => letters.filter((letter) => letter.key === key);
  await eventually(`${readers.length} letters of ${key}`, () => own().length >= readers.length || undefined, longMs);
  const groups = own().map(({ headers }) => headers['deadletter.stage']);
  expect(groups.sort()).toEqual([...readers].sort());
  expect(new Set(own().map(({ headers }) => headers['deadletter.failure-reason']))).toEqual(new Set([reason]));
}

/** Every group has read everything that is there, poison included. */
async function lag(): Promise<number> {
  const kafka = new Kafka({ brokers: testStack().kafka.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    let total = 0;
    for (const { topic, readers } of [...topics, { topic: 'dead-letter', readers: ['dead-letters'] }]) {
      const ends = await admin.fetchTopicOffsets(nameOf(topic));
      for (const role of readers) {
        const [committed] = await admin.fetchOffsets({ groupId: `penstock.${role}`, topics: [nameOf(topic)] });
        for (const { partition, high, low } of ends) {
          const at = Number(committed?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
          total += Number(high) - Math.max(at, Number(low));
        }
      }
    }
    return total;
  } finally {
    await admin.disconnect();
  }
}

describe.each(topics)('on the topic $topic', ({ topic, readers, type, readersOfType }) => {
  it.each(broken)('a record %s becomes one dead letter of each reader', async (what, reason, make) => {
    const key = `${namespace}/${topic} ${what}`;

    await outsider.send(nameOf(topic), { key, value: make(await valueOf(type)) });

    await buriedBy(key, readers, reason);
  });

  it('a record under a key of another document is buried by those who read its type', async () => {
    const key = `${namespace}/${topic} mismatch`;
    await outsider.send(nameOf(topic), { key, value: await valueOf(type), headers: { ce_type: typeOf(type) } });

    // A submission gets its key from the stager, so it is no poison there, and its ingestion is known.
    if (readersOfType.length > 0) await buriedBy(key, readersOfType, 'key-mismatch');
  });

  it('a record over a megabyte is refused by the broker itself', async () => {
    const key = `${namespace}/${topic} large`;

    await expect(outsider.send(nameOf(topic), { key, value: Buffer.alloc(1_200_000, 'x') })).rejects.toThrow(/large/i);
  });
});

describe('after all that', () => {
  it('whatever stands on the dead-letter topic is kept, readable or not', async () => {
    const key = `${namespace}/no letter`;
    await outsider.send(deadLetterTopic, { key, value: Buffer.from('no letter at all') }, { key, value: null });

    await eventually(
      'both to be listed',
      async () => {
        const query = `namespace=${namespace}&documentId=${encodeURIComponent('no letter')}`;
        const { body } = await penstock.api.ask('GET', `/v1/dead-letters?${query}`);
        return (body['items'] as unknown[]).length === 2 || undefined;
      },
      longMs,
    );
  });

  it('nothing lags, nobody buried anything twice, and the document it was made of is as it was', async () => {
    await eventually('every group to be at the end', async () => ((await lag()) === 0 ? true : undefined), longMs);

    const ours = letters.filter(({ key }) => key.startsWith(`${namespace}/`) && !key.endsWith('no letter'));
    const perTopic = topics.map(({ readers, readersOfType }) => readers.length * broken.length + readersOfType.length);
    expect(ours).toHaveLength(perTopic.reduce((sum, count) => sum + count, 0));
    const { body } = await penstock.api.document(namespace, 'model');
    expect(body).toMatchObject({ version: 1, live: expect.anything() });
    const next = await penstock.api.inline(namespace, 'model', `${acmeReport}\nOla Berg joined.`);
    expect(await penstock.api.outcome(next.ingestionId, longMs)).toMatchObject({ status: 'live', version: 2 });
  });
});

describe('a record that nobody can read, but whose headers name an ingestion', () => {
  const mine = aNamespace('poison-saga');
  const within = ['staged', 'parsed', 'extracted', 'saga'];

  it('ends that ingestion in all four stores, whatever topic it is on, and no other', async () => {
    await penstock.pause();
    await penstock.restart(['writer-redis']);
    const victims = await Promise.all(
      within.map((topic) => penstock.api.inline(mine, topic, `${acmeReport} ${topic}`)),
    );
    const neighbour = await penstock.api.inline(mine, 'neighbour', acmeReport);
    const held = async (ingestionId: string): Promise<IngestionSeen | undefined> => {
      const seen = await penstock.api.ingestion(ingestionId);
      return Object.values(seen.stores).filter((state) => state === 'written').length === 3 ? seen : undefined;
    };
    for (const { ingestionId } of victims) await eventually('three stores to hold it', () => held(ingestionId), longMs);

    for (const { ingestionId, documentId, version } of victims) {
      const headers = { ce_ingestionid: ingestionId, ce_documentversion: String(version) };
      await outsider.send(nameOf(documentId), { key: `${mine}/${documentId}`, value: Buffer.from('broken'), headers });
    }
    await penstock.pause();
    await penstock.restart();

    const ends = await Promise.all(victims.map(({ ingestionId }) => penstock.api.outcome(ingestionId, longMs)));
    expect(ends.map(({ error }) => error?.reason)).toEqual(within.map(() => 'not-avro'));
    expect((await penstock.api.outcome(neighbour.ingestionId, longMs)).status).toBe('live');
    const live = Object.values(await stores.liveIngestions(mine));
    expect(live).toEqual(live.map(() => ({ neighbour: neighbour.ingestionId })));
  });
});
