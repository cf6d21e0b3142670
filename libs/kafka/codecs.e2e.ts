import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';

import { emission, topics } from '#events';

import { kafkaClient } from './kafka-client.js';
import { aName, aRole, aStagedDocument, brokers, encoded, log, prepareBroker, until } from './real-broker.contract.js';
import { recordsOf, running, stopAll, TestStage } from './test-stage.contract.js';

const { GZIP, LZ4, Snappy, ZSTD } = kafkajs.CompressionTypes;

async function sendPacked(compression: number, record: { key: string; value: Buffer }): Promise<void> {
  const producer = kafkaClient({ brokers, clientId: aName('upstream'), log }).producer();
  await producer.connect();
  await producer.send({ topic: topics.staged.name, messages: [record], compression });
  await producer.disconnect();
}

describe('compressed records', () => {
  beforeAll(prepareBroker);

  afterEach(stopAll);

  it('are read whatever their producer packed them with', async () => {
    const namespace = aName('packed');
    const handler = new TestStage(namespace);
    await running(aRole(), handler);

    for (const [version, compression] of [GZIP, Snappy, LZ4, ZSTD].entries()) {
      const document = { ...aStagedDocument(namespace, 'd', version + 1), metadata: { pad: 'x'.repeat(100_000) } };
      await sendPacked(compression, encoded(emission('DocumentStaged', document)));
    }

    await until('all are handled', () => handler.handled.length === 4);
    expect(handler.handled.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  it('go to the dead letters also if they inflate to more than a topic takes', async () => {
    const namespace = aName('inflated');
    const rig = await running(aRole(), new TestStage(namespace));
    // Noise that repeats beyond the window of gzip, but within that of zstd.
    const noise = Buffer.from(Array.from({ length: 600_000 }, () => Math.floor(Math.random() * 256)));
    const far = Buffer.concat(Array.from({ length: 8 }, () => noise));

    await sendPacked(ZSTD, { key: `${namespace}/plain`, value: Buffer.alloc(10_000_000, 'x') });
    await sendPacked(ZSTD, { key: `${namespace}/far`, value: far });
    await until('both are buried', async () => (await recordsOf(topics.deadLetter.name, namespace)).length === 2);

    const letters = await recordsOf(topics.deadLetter.name, namespace);
    const letterOf = (id: string): (typeof letters)[number] | undefined =>
      letters.find(({ key }) => key === `${namespace}/${id}`);
    expect(letterOf('plain')?.value?.length).toBe(10_000_000);
    expect(letterOf('far')?.headers).toMatchObject({ 'deadletter.truncated': String(far.length) });
    expect(letterOf('far')?.value?.equals(far.subarray(0, 65_536))).toBe(true);
    expect(rig.fatal).toEqual([]);
  });
});
