import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { topics, type DocumentStaged } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';

import {
  aName,
  aRole,
  aStagedDocument,
  codec,
  committed,
  encoded,
  parsed,
  partitions,
  prepareBroker,
  send,
  stage,
  until,
} from './real-broker.contract.js';
import { recordsOf, running, stopAll, TestStage } from './test-stage.contract.js';

const documents = (namespace: string, count: number): DocumentStaged[] =>
  Array.from({ length: count }, (_, i) => aStagedDocument(namespace, `d${i % 12}`, Math.floor(i / 12) + 1));

describe('batch consumer', () => {
  beforeAll(prepareBroker);

  afterEach(stopAll);

  it('reads what came before its first start, in order for each key, and publishes before it commits', async () => {
    const namespace = aName('order');
    const sent = documents(namespace, 120);
    await stage(...sent);
    const role = aRole();
    const handler = new TestStage(namespace);

    await running(role, handler);
    await until('all are handled', () => handler.handled.length === sent.length);

    const versions = (id: string): number[] => handler.handled.flatMap((h) => (h.documentId === id ? [h.version] : []));
    for (let i = 0; i < 12; i++) expect(versions(`d${i}`)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(handler.handled.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    await until(
      'all are published',
      async () => (await recordsOf(topics.parsed.name, namespace)).length === sent.length,
    );
  });

  it('lets a handler take longer than the session timeout without holding up other partitions', async () => {
    const namespace = aName('slow');
    const gate = Promise.withResolvers<void>();
    const handler = new TestStage(namespace, async (document) => {
      if (document.documentId === 'slow') await gate.promise;
      return [parsed(document)];
    });
    const rig = await running(aRole(), handler);

    // Keys alone could lay all of them into a partition or two.
    const records = [aStagedDocument(namespace, 'slow'), ...documents(namespace, 12)].map((payload, i) => ({
      ...encoded({ type: 'DocumentStaged', payload }),
      partition: i === 0 ? 0 : 1 + (i % (partitions - 1)),
    }));
    await send(topics.staged.name, ...records);
    const startedMs = Date.now();
    await until('others are handled', () => handler.handled.length === 12);
    await until('the session would be over', () => Date.now() - startedMs > 8000);
    expect(rig.consumer.state()).toMatchObject({ status: 'running' });
    gate.resolve();
    await until('the slow one and those behind it are handled', () => handler.handled.length >= 13);

    expect(handler.handled).toHaveLength(13);
    expect((await rig.metrics.consumerRestarts.get()).values).toEqual([]);
  });

  it('retries a failing document in place more often than kafkajs would, and others go on', async () => {
    const namespace = aName('retry');
    let failures = 0;
    const handler = new TestStage(namespace, (document) => {
      if (document.documentId === 'bad' && failures < 9) {
        failures += 1;
        // What kafkajs would take for a bug of the program and crash on.
        return Promise.reject(failures % 2 === 0 ? new TypeError('fetch failed') : new TransientFailure('down'));
      }
      return Promise.resolve([parsed(document)]);
    });
    const rig = await running(aRole(), handler);

    await stage(aStagedDocument(namespace, 'bad'), aStagedDocument(namespace, 'bad', 2), ...documents(namespace, 12));
    await until('all are handled', () => handler.handled.length >= 14);

    expect(failures).toBe(9);
    expect(handler.handled.filter(({ documentId }) => documentId === 'bad').map((h) => h.version)).toEqual([1, 2]);
    expect((await rig.metrics.consumerRestarts.get()).values).toEqual([]);
  });

  it('compensates a document that fails for good, keeps its bytes, and lets its neighbours pass', async () => {
    const namespace = aName('permanent');
    const role = aRole();
    const handler = new TestStage(namespace, (document) => {
      if (document.documentId === 'refused') {
        return Promise.reject(new PermanentFailure('no text in it', { reason: 'empty' }));
      }
      return Promise.resolve([parsed(document)]);
    });
    const { metrics } = await running(role, handler);
    const refused = aStagedDocument(namespace, 'refused', 4);
    const deadLetters = async (): Promise<unknown[]> => {
      const { values } = await metrics.events.get();
      return values.filter(({ labels }) => labels.outcome === 'dead_letter').map(({ value }) => value);
    };
    expect(await deadLetters()).toEqual([0]);

    await stage(aStagedDocument(namespace, 'before'), refused, aStagedDocument(namespace, 'after'));
    await until('neighbours passed', () => handler.handled.length === 2);
    await until('it is compensated', async () => (await recordsOf(topics.saga.name, namespace)).length === 1);
    await until('it is buried', async () => (await recordsOf(topics.deadLetter.name, namespace)).length === 1);

    const [undo] = await recordsOf(topics.saga.name, namespace);
    const { namespace: ns, documentId, ingestionId, version } = refused;
    const asked = { requestedBy: role.role, reason: 'empty', message: 'no text in it' };
    expect((await codec.decode(undo?.value ?? null)).payload).toMatchObject({
      namespace: ns,
      documentId,
      ingestionId,
      version,
      ...asked,
    });
    const [letter] = await recordsOf(topics.deadLetter.name, namespace);
    const original = encoded({ type: 'DocumentStaged', payload: refused });
    expect(letter?.value?.equals(original.value)).toBe(true);
    expect(letter?.headers).toMatchObject({ ...original.headers, 'deadletter.failure-reason': 'empty' });
    expect(await deadLetters()).toEqual([1]);
  });

  it('compensates a transient failure that outlives the write deadline', async () => {
    const namespace = aName('deadline');
    const handler = new TestStage(namespace, () =>
      Promise.reject(new TransientFailure('down', { reason: 'store-down' })),
    );
    await running(aRole(), handler, { config: { writeDeadlineMs: 300 } });

    await stage(aStagedDocument(namespace, 'never'));
    await until('it is buried', async () => (await recordsOf(topics.deadLetter.name, namespace)).length === 1);

    const [undo] = await recordsOf(topics.saga.name, namespace);
    expect((await codec.decode(undo?.value ?? null)).payload).toMatchObject({ reason: 'store-down' });
  });

  it('waits past the write deadline where the time does not count, and compensates once it does', async () => {
    const namespace = aName('uncounted');
    let tries = 0;
    const handler = new TestStage(namespace, () => {
      tries += 1;
      const waits = { reason: 'no-budget', uncounted: true };
      return Promise.reject(new TransientFailure('no', tries < 6 ? waits : { reason: 'store-down' }));
    });
    await running(aRole(), handler, { config: { writeDeadlineMs: 500 } });

    await stage(aStagedDocument(namespace, 'patient'));
    await until('it is buried', async () => (await recordsOf(topics.deadLetter.name, namespace)).length === 1);

    const [undo] = await recordsOf(topics.saga.name, namespace);
    expect((await codec.decode(undo?.value ?? null)).payload).toMatchObject({ reason: 'store-down' });
    expect(tries).toBeGreaterThan(6);
  });

  it('isolates what nobody can read', async () => {
    const namespace = aName('poison');
    const role = aRole();
    const handler = new TestStage(namespace);
    const good = encoded({ type: 'DocumentStaged', payload: aStagedDocument(namespace, 'k') });
    const { key, value, headers } = good;
    const unknownId = Buffer.concat([Buffer.from([0, 0, 0, 99, 99]), value.subarray(5)]);
    const { ce_type: type = '' } = headers;
    const poison = [value.subarray(0, 12), unknownId, Buffer.concat([Buffer.from([7]), value.subarray(1)]), null];

    await send(
      topics.staged.name,
      ...poison.map((bytes, i) => ({ key, value: bytes, headers: { ce_type: type, number: String(i) } })),
      { key: `${namespace}/other`, value, headers },
      good,
    );
    await running(role, handler);
    await until('the good one is handled', () => handler.handled.length === 1);

    await until('five are buried', async () => (await recordsOf(topics.deadLetter.name, namespace)).length === 5);
    const letters = await recordsOf(topics.deadLetter.name, namespace);
    const byNumber = new Map(letters.map((letter) => [letter.headers['number'], letter]));
    expect(poison.map((_, i) => byNumber.get(String(i))?.value)).toEqual(poison);
    expect(letters.map((letter) => letter.headers['deadletter.failure-type'])).toEqual(Array(5).fill('PoisonMessage'));
    expect(byNumber.get(undefined)?.value).toEqual(value);
    expect(byNumber.get(undefined)?.headers).toMatchObject({ ...headers, 'deadletter.failure-reason': 'key-mismatch' });
    expect((await recordsOf(topics.saga.name, namespace)).map((undo) => undo.key)).toEqual([`${namespace}/other`]);
    const partition = Number(byNumber.get('3')?.headers['deadletter.partition']);
    await until('all is committed', async () => (await committed(role, topics.staged.name, partition)) > 0);
  });
});
