import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { deadLetterTopic, KafkaOutsider, submittedTopic, type SeenRecord } from './kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';

let penstock: PenstockUnderTest;
let letters: readonly SeenRecord[];
let key: string;
const outsider = new KafkaOutsider();

beforeAll(async () => {
  [penstock] = await Promise.all([startPenstock(), outsider.connect()]);
  letters = await outsider.watch(deadLetterTopic);
});

beforeEach(() => {
  key = `${aNamespace('poison')}/document`;
});

afterAll(async () => {
  await penstock.stop();
  await outsider.close();
  expect(penstock.fatal).toEqual([]);
});

function letterOf(messageKey: string): Promise<SeenRecord> {
  return eventually(`a dead letter of ${messageKey}`, () => letters.find((letter) => letter.key === messageKey));
}

/** A record behind the poisonous one, in the same partition: it has the same key. */
async function theNextOnePasses(): Promise<void> {
  const namespace = key.slice(0, key.indexOf('/'));
  const next = { namespace, documentId: 'document', source: 'inline', content: 'Good words.', submittedAt: Date.now() };
  await outsider.send(submittedTopic, { key, value: await outsider.encodeSubmitted(next) });
  await eventually('the next document to be live', async () => {
    const { body } = await penstock.api.document(namespace, 'document');
    return (body['live'] ?? undefined) !== undefined || undefined;
  });
}

async function prefixed(schemaId: number, body: string): Promise<Buffer> {
  const prefix = Buffer.alloc(5);
  prefix.writeInt32BE(schemaId, 1);
  return Promise.resolve(Buffer.concat([prefix, Buffer.from(body)]));
}

const encoded = (): Promise<Buffer> =>
  outsider.encodeSubmitted({ documentId: 'd', source: 'inline', content: 'words', submittedAt: 1 });

describe('a record on submitted that nobody can read', () => {
  it.each<[string, string, () => Promise<Buffer | null>]>([
    ['bytes that are not Avro', 'not-avro', () => Promise.resolve(Buffer.from('{"documentId": "d"}'))],
    ['an unknown schema', 'unknown-schema', () => prefixed(999_999, 'anything')],
    ['Avro that is cut off', 'bad-avro', async () => (await encoded()).subarray(0, 9)],
    ['no value at all', 'not-avro', () => Promise.resolve(null)],
  ])('%s: it goes whole to the dead letters with its reason, and the next one passes', async (_what, reason, make) => {
    const value = await make();
    await outsider.send(submittedTopic, { key, value, headers: { 'x-sender': 'legacy system' } });

    const letter = await letterOf(key);

    expect(letter.value).toEqual(value);
    expect(letter.headers).toMatchObject({
      'x-sender': 'legacy system',
      'deadletter.topic': submittedTopic,
      'deadletter.stage': 'stager',
      'deadletter.group': 'penstock.stager',
      'deadletter.failure-type': 'PoisonMessage',
      'deadletter.failure-reason': reason,
    });
    expect(letter.headers['deadletter.offset']).toMatch(/^\d+$/);
    expect(Number.isFinite(Date.parse(letter.headers['deadletter.failed-at'] ?? ''))).toBe(true);
    expect(letter.headers['deadletter.failure-message']).not.toBe('');
    await theNextOnePasses();
    expect(letters.filter((one) => one.key === key)).toHaveLength(1);
  });

  it('a submission that breaks the rules of names is given up with its reason', async () => {
    const bad = { namespace: 'Not A Namespace', documentId: 'd', source: 'inline', content: 'x', submittedAt: 1 };
    const value = await outsider.encodeSubmitted(bad);
    await outsider.send(submittedTopic, { key, value });

    const letter = await letterOf(key);

    expect(letter.value).toEqual(value);
    expect(letter.headers['deadletter.failure-reason']).toBe('bad-namespace');
    await theNextOnePasses();
  });
});
