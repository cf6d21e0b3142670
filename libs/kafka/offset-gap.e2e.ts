import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { emission, topics, type DocumentParsed, type EventPayloads } from '#events';

import { StageHandler } from './contract.js';
import {
  aName,
  aRole,
  aStagedDocument,
  encoded,
  kafka,
  parsed,
  prepareBroker,
  send,
  until,
} from './real-broker.contract.js';
import { running, stopAll } from './test-stage.contract.js';

const topic = topics.parsed.name;

/** Only waits; it reads a topic of which these tests throw records away. */
class WaitingStage extends StageHandler<'DocumentParsed', 'DocumentExtracted'> {
  readonly gate = Promise.withResolvers<void>();
  seen = 0;

  constructor(private readonly namespace: string) {
    super();
  }

  async handle(part: DocumentParsed): Promise<EventPayloads['DocumentExtracted'][]> {
    if (part.namespace !== this.namespace) return [];
    this.seen += 1;
    await this.gate.promise;
    return [];
  }
}

const role = (): ReturnType<typeof aRole> => aRole({ consumes: ['DocumentParsed'], produces: ['DocumentExtracted'] });

async function sendOne(namespace: string, documentId = 'd'): Promise<void> {
  await send(topic, encoded(emission('DocumentParsed', parsed(aStagedDocument(namespace, documentId)))));
}

/** Does to all partitions of the topic what retention does: nothing that was written so far stays. */
async function expire(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
  await admin.deleteTopicRecords({ topic, partitions });
  await admin.disconnect();
}

describe('an offset gap', () => {
  beforeAll(prepareBroker);

  afterEach(stopAll);

  it('stops the role loudly, again and again, when retention passed the committed offset', async () => {
    const namespace = aName('gap');
    const reader = role();
    const stage = new WaitingStage(namespace);
    stage.gate.resolve();
    const first = await running(reader, stage);
    await sendOne(namespace);
    await until('it is handled', () => stage.seen === 1);
    await first.stop();
    await sendOne(namespace);
    await expire();

    for (let start = 0; start < 2; start++) {
      await expect(running(reader, stage)).rejects.toMatchObject({ kind: 'permanent', reason: 'offset-gap' });
    }
    expect(stage.seen).toBe(1);
  });

  it('stops the role that lost the first record of a partition, of which it had never handled any', async () => {
    const reader = role();
    const stage = new WaitingStage(aName('first'));
    await (await running(reader, stage)).stop();
    await Promise.all(Array.from({ length: 20 }, (_, nth) => sendOne(aName('first'), `d${nth}`)));
    await expire();

    await expect(running(reader, stage)).rejects.toMatchObject({ kind: 'permanent', reason: 'offset-gap' });
  });

  it('is told, and stops nobody, where a group begins with what retention has left', async () => {
    await sendOne(aName('before'));
    await expire();
    const namespace = aName('begins');
    const stage = new WaitingStage(namespace);
    stage.gate.resolve();

    const rig = await running(role(), stage);
    await sendOne(namespace);
    await until('it is handled', () => stage.seen === 1);

    expect(await told(rig)).toBeGreaterThan(0);
    expect(rig.fatal).toEqual([]);
  });

  it('stops the role when retention passes it while it is running', async () => {
    const namespace = aName('passed');
    const stage = new WaitingStage(namespace);
    const rig = await running(role(), stage, { config: { batchRecordsMax: 1, handlerDeadlineMs: 60_000 } });
    const toldBefore = await told(rig);
    const one = encoded(emission('DocumentParsed', parsed(aStagedDocument(namespace, 'd'))));
    await send(topic, ...Array.from({ length: 20 }, () => one));
    await until('the first is in hand', () => stage.seen === 1);
    await send(topic, ...Array.from({ length: 20 }, () => one));
    await until('fetching is paused', async () => (await lag(rig)) > 0);

    await expire();
    stage.gate.resolve();
    await until('it stops', () => rig.fatal.length > 0);

    expect(rig.fatal).toMatchObject([{ reason: 'offset-gap' }]);
    expect(rig.consumer.state().status).toBe('failed');
    expect((await told(rig)) - toldBefore).toBe(1);
    expect(stage.seen).toBeLessThanOrEqual(20);
  });
});

async function lag(rig: Awaited<ReturnType<typeof running>>): Promise<number> {
  return (await rig.metrics.consumerLag.get()).values.reduce((sum, { value }) => sum + value, 0);
}

async function told(rig: Awaited<ReturnType<typeof running>>): Promise<number> {
  return (await rig.metrics.offsetGaps.get()).values.reduce((sum, { value }) => sum + value, 0);
}
