import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';

import { LettersApi, type LetterSeen } from '../e2e-dead-letters/letters-api.js';
import { testStack } from '../services/addresses.js';
import { eventually } from './eventually.js';
import { deadLetterTopic, KafkaOutsider, type SeenRecord } from './kafka-outsider.js';
import type { Accepted } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

const longMs = 240_000;
const writers = ['writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis'];
/**
 * Who reads each topic; the type of a record that is sent under a wrong key there, and who minds that: nobody for a
 * submission, which gets its key from the stager.
 */
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
  const { ingestionId } = await accepted(namespace, 'model', acmeReport);
  await penstock.api.outcome(ingestionId, longMs);
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

/** A busy machine may ask to submit again. */
function accepted(inNamespace: string, documentId: string, content: string): Promise<Accepted> {
  const submit = (): Promise<Accepted> => penstock.api.inline(inNamespace, documentId, content);
  return eventually(`${documentId} to be accepted`, submit, longMs);
}

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

/** What a record of a topic can be made into so that nobody can read it, and what it is given up for. */
const broken: readonly (readonly [string, string, (value: Buffer) => Buffer | null])[] = [
  ['that is no Avro', 'not-avro', () => Buffer.from('{"documentId": "d"}')],
  ['cut off', 'bad-avro', (value) => value.subarray(0, 9)],
  ['of an unknown schema', 'unknown-schema', (value) => changed(value, (copy) => copy.writeInt32BE(987_654, 1))],
  ['with another magic byte', 'not-avro', (value) => changed(value, (copy) => copy.writeUInt8(7, 0))],
  ['without a value', 'not-avro', () => null],
  ['of almost a megabyte', 'not-avro', () => Buffer.alloc(1_000_000, 'x')],
];

/** Each reader of the topic buries the record once and whole, and nobody else does. */
async function buriedBy(
  sent: { readonly topic: string; readonly key: string; readonly value: Buffer | null },
  readers: readonly string[],
  reason: string,
  type = 'PoisonMessage',
): Promise<void> {
  const own = (): SeenRecord[] => letters.filter(({ key }) => key === sent.key);
  await eventually(
    `${readers.length} letters of ${sent.key}`,
    () => own().length >= readers.length || undefined,
    longMs,
  );
  const stages = own().map(({ headers }) => headers['deadletter.stage'] ?? '');
  expect(stages.toSorted()).toEqual([...readers].sort());
  for (const [i, { value, headers }] of own().entries()) {
    expect(value === null ? null : value.equals(sent.value ?? Buffer.alloc(0))).toBe(sent.value === null ? null : true);
    expect(headers).toMatchObject({
      ...{ 'x-sender': 'legacy system', 'deadletter.topic': sent.topic, 'deadletter.group': `penstock.${stages[i]}` },
      ...{ 'deadletter.failure-type': type, 'deadletter.failure-reason': reason },
    });
    expect(headers['deadletter.offset']).toMatch(/^\d+$/);
    expect(Number.isFinite(Date.parse(headers['deadletter.failed-at'] ?? ''))).toBe(true);
    expect(headers['deadletter.failure-message']).not.toBe('');
  }
}

/** Sends one record with a header of its own, which a letter has to keep. */
function send(topic: string, key: string, value: Buffer | null, headers: IHeaders = {}): Promise<void> {
  return outsider.send(topic, { key, value, headers: { 'x-sender': 'legacy system', ...headers } });
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
  const name = nameOf(topic);

  it.each(broken)('a record %s becomes one dead letter of each reader', async (what, reason, make) => {
    const key = `${namespace}/${topic} ${what}`;
    const value = make(await valueOf(type));

    await send(name, key, value);

    await buriedBy({ topic: name, key, value }, readers, reason);
  });

  it('a record under a key of another document is buried by those who read its type and mind its key', async () => {
    const key = `${namespace}/${topic} mismatch`;
    const value = await valueOf(type);

    await send(name, key, value, { ce_type: typeOf(type) });

    await buriedBy({ topic: name, key, value }, readersOfType, 'key-mismatch');
  });

  it('a record of a type that belongs on another topic is buried by each reader', async () => {
    const key = `${namespace}/${topic} misplaced`;
    const value = await valueOf(topic === 'saga' ? 'DocumentStaged' : 'DocumentEmbedded');

    await send(name, key, value);

    await buriedBy({ topic: name, key, value }, readers, 'type-mismatch');
  });

  it('a record over a megabyte is refused by the broker itself', async () => {
    const key = `${namespace}/${topic} large`;

    await expect(outsider.send(name, { key, value: Buffer.alloc(1_200_000, 'x') })).rejects.toThrow(/large/i);
  });
});

describe('a submission', () => {
  it('under a key of another document is read under its own, and that other one is not there', async () => {
    const key = `${namespace}/wrong key`;
    const submitted = { namespace, documentId: 'right key', source: 'inline', content: 'Words.', submittedAt: 1 };

    await send(nameOf('submitted'), key, await outsider.encodeSubmitted(submitted));

    await eventually('it to be live', async () => {
      const { body } = await penstock.api.document(namespace, 'right key');
      return (body['live'] ?? undefined) !== undefined || undefined;
    });
    expect((await penstock.api.document(namespace, 'wrong key')).status).toBe(404);
    expect(letters.filter((letter) => letter.key === key)).toEqual([]);
  });

  it('that breaks the rules of names is given up with its reason', async () => {
    const key = `${namespace}/bad name`;
    const bad = { namespace: 'Not A Namespace', documentId: 'd', source: 'inline', content: 'x', submittedAt: 1 };
    const value = await outsider.encodeSubmitted(bad);

    await send(nameOf('submitted'), key, value);

    await buriedBy({ topic: nameOf('submitted'), key, value }, ['stager'], 'bad-namespace', 'PermanentFailure');
  });
});

describe('on the dead-letter topic itself', () => {
  /** What is listed under this key, once there is so much. */
  async function listed(key: string, count = 1, documentId = key.slice(namespace.length + 1)): Promise<LetterSeen[]> {
    const find = async (): Promise<LetterSeen[]> => {
      const all = await new LettersApi(penstock.api).list({ namespace, documentId });
      return all.filter((letter) => letter.key === key);
    };
    await eventually(
      `${count} of ${key} to be listed`,
      async () => (await find()).length >= count || undefined,
      longMs,
    );
    const found = await find();
    expect(found).toHaveLength(count);
    return found;
  }

  /** The place that a real letter, which lies there already, says it is from. */
  function placeOfAnother(): IHeaders {
    const headers = letters.find(({ key }) => key === `${namespace}/saga cut off`)?.headers ?? {};
    return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('deadletter.')));
  }

  const nonsense = {
    ...{ 'deadletter.topic': 'a\u0000b', 'deadletter.partition': '-1', 'deadletter.offset': '9'.repeat(30) },
    ...{ 'deadletter.group': Buffer.from([0xff, 0xfe]), 'deadletter.stage': 'x'.repeat(100_000) },
    ...{ 'deadletter.attempts': '1e9', 'deadletter.failed-at': '-271821-04-20T00:00:00.000Z' },
    ...{ 'deadletter.truncated': '-5', 'deadletter.replay-of': '../../etc/passwd', 'deadletter.': '' },
  };

  it.each(broken)('a record %s is kept once', async (what, _reason, make) => {
    const key = `${namespace}/dead-letter ${what}`;
    const value = make(await valueOf('StoreWritten'));

    await send(deadLetterTopic, key, value);

    const [letter] = await listed(key);
    expect(letter).toMatchObject({ stage: 'unknown', topic: deadLetterTopic, sizeBytes: value?.length ?? 0 });
  });

  it('a record under a key of another document is kept once', async () => {
    const key = `${namespace}/dead-letter mismatch`;

    await send(deadLetterTopic, key, await valueOf('StoreWritten'));

    expect(await listed(key, 1, 'model')).toMatchObject([{ event: 'StoreWritten', stage: 'unknown' }]);
  });

  it('a record with forged headers that say nothing sensible is kept once', async () => {
    const key = `${namespace}/dead-letter nonsense`;

    await send(deadLetterTopic, key, Buffer.from('forged'), nonsense);

    expect(await listed(key)).toMatchObject([{ topic: 'ab', sizeBytes: 6 }]);
  });

  it('a record that forges the place of another letter is kept beside it', async () => {
    const key = `${namespace}/dead-letter forged place`;

    await send(deadLetterTopic, key, Buffer.from('forged'), placeOfAnother());

    expect(await listed(key)).toMatchObject([{ topic: nameOf('saga'), sizeBytes: 6 }]);
    await listed(`${namespace}/saga cut off`, 5);
  });

  it('a record over a megabyte is refused by the broker itself', async () => {
    const value = Buffer.alloc(2_200_000, 'x');

    await expect(outsider.send(deadLetterTopic, { key: `${namespace}/large`, value })).rejects.toThrow(/large/i);
  });
});

describe('after all that', () => {
  it('nothing lags, nobody buried anything twice, and the document it was made of is as it was', async () => {
    await eventually('every group to be at the end', async () => ((await lag()) === 0 ? true : undefined), longMs);

    const ours = letters.filter(({ key, headers }) => key.startsWith(`${namespace}/`) && 'deadletter.stage' in headers);
    const buried = ours.filter(({ key }) => !key.startsWith(`${namespace}/dead-letter `));
    const perTopic = topics.map(
      ({ readers, readersOfType }) => readers.length * (broken.length + 1) + readersOfType.length,
    );
    expect(buried).toHaveLength(perTopic.reduce((sum, count) => sum + count, 1));
    const { body } = await penstock.api.document(namespace, 'model');
    expect(body).toMatchObject({ version: 1, live: expect.anything() });
    const next = await penstock.api.inline(namespace, 'model', `${acmeReport}\nOla Berg joined.`);
    expect(await penstock.api.outcome(next.ingestionId, longMs)).toMatchObject({ status: 'live', version: 2 });
  });
});

describe('a record that nobody can read, but whose headers name an ingestion', () => {
  const mine = aNamespace('poison-saga');
  const within = ['submitted', 'staged', 'parsed', 'extracted', 'saga'];
  /** What lies here speaks of what is decided already. */
  const without = ['outcomes', 'dead-letter'];

  it('ends that ingestion in all four stores on any topic before the decision, and no other', async () => {
    await penstock.pause();
    await penstock.restart(['writer-redis']);
    const all = await Promise.all(
      [...within, ...without].map((topic) => accepted(mine, topic, `${acmeReport} ${topic}`)),
    );
    const [victims, spared] = [all.slice(0, within.length), all.slice(within.length)];
    const neighbour = await accepted(mine, 'neighbour', acmeReport);
    for (const { ingestionId } of all) await penstock.api.writtenByThree(ingestionId, longMs);

    for (const { ingestionId, documentId, version } of all) {
      const headers = { ce_ingestionid: ingestionId, ce_documentversion: String(version) };
      await outsider.send(nameOf(documentId), { key: `${mine}/${documentId}`, value: Buffer.from('broken'), headers });
    }
    await penstock.pause();
    await penstock.restart();

    const ends = await Promise.all(victims.map(({ ingestionId }) => penstock.api.outcome(ingestionId, longMs)));
    expect(ends.map(({ error }) => error?.reason)).toEqual(within.map(() => 'not-avro'));
    const alive = [...spared, neighbour];
    for (const { ingestionId } of alive) {
      expect((await penstock.api.outcome(ingestionId, longMs)).status).toBe('live');
    }
    const live = Object.values(await stores.liveIngestions(mine));
    const named = Object.fromEntries(alive.map(({ documentId, ingestionId }) => [documentId, ingestionId]));
    expect(live).toEqual(live.map(() => named));
  });
});
