import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acceptedOf, type Answer } from './penstock-api.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

const namespace = aNamespace('same');
let penstock: PenstockUnderTest;
let stores: StoreViews;

beforeAll(async () => {
  stores = new StoreViews();
  penstock = await startPenstock();
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  expect(penstock.fatal).toEqual([]);
});

const submission = (documentId: string, content = acmeReport) => ({ namespace, documentId, source: 'inline', content });

function post(documentId: string, key: string, content?: string): Promise<Answer> {
  return penstock.api.json('/v1/documents', submission(documentId, content), { 'idempotency-key': key });
}

async function versionsOf(documentId: string): Promise<number> {
  const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}&documentId=${documentId}`);
  return (body['items'] as unknown[]).length;
}

describe('Idempotency-Key', () => {
  it('the same request twice is accepted once, and answered the same', async () => {
    const first = await post('twice', 'key-twice');
    const second = await post('twice', 'key-twice');

    expect(second).toEqual(first);
    expect(await versionsOf('twice')).toBe(1);
    expect((await penstock.api.outcome(acceptedOf(first).ingestionId)).status).toBe('live');
  });

  it('twenty at the same moment are accepted once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('crowd', 'key-crowd')));

    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await versionsOf('crowd')).toBe(1);
    expect((await penstock.api.outcome(acceptedOf(answers[0] as Answer).ingestionId)).status).toBe('live');
  });

  it('twenty uploads at the same moment are accepted once, and staging keeps nothing of the others', async () => {
    const file = { name: 'report.txt', content: acmeReport };
    const upload = () =>
      penstock.api.upload(file, { namespace, documentId: 'uploads' }, { 'idempotency-key': 'key-uploads' });

    const answers = await Promise.all(Array.from({ length: 20 }, upload));

    expect(new Set(answers.map(({ body }) => body['ingestionId'])).size).toBe(1);
    expect(await versionsOf('uploads')).toBe(1);
    const other = await penstock.api.upload(
      { ...file, content: 'Other words.' },
      { namespace, documentId: 'uploads' },
      { 'idempotency-key': 'key-uploads' },
    );
    expect(other.status).toBe(409);
    expect((await penstock.api.outcome(acceptedOf(answers[0] as Answer).ingestionId)).status).toBe('live');
    await eventually('staging to be empty', async () =>
      (await penstock.stagedFiles()).length === 0 ? true : undefined,
    );
  });

  it('the same key with another body is refused', async () => {
    acceptedOf(await post('changed', 'key-changed'));

    const answer = await post('changed', 'key-changed', 'Other words.');

    expect(answer).toMatchObject({ status: 409, body: { reason: 'idempotency-conflict', status: 409 } });
    expect(answer.contentType).toContain('application/problem+json');
    expect(await versionsOf('changed')).toBe(1);
  });

  it('is honoured for records', async () => {
    const record = () =>
      penstock.api.json(
        '/v1/records',
        { namespace, documentId: 'order', record: { a: 1 } },
        { 'idempotency-key': 'key-order' },
      );

    expect(await record()).toEqual(await record());
    expect(await versionsOf('order')).toBe(1);
  });
});

describe('a process that ends right after it said 202', () => {
  it('loses nothing: what was accepted becomes live when it runs again', async () => {
    const names = ['one', 'two', 'three', 'four'].map((name) => `kept ${name}`);
    const kept = await Promise.all(names.map((name) => penstock.api.inline(namespace, name, `${acmeReport} ${name}`)));
    const upload = await penstock.api.upload(
      { name: 'kept.md', content: '# Kept\n\nWords.' },
      { namespace, documentId: 'kept upload' },
    );
    await penstock.pause();

    await penstock.restart();

    for (const { ingestionId } of [...kept, acceptedOf(upload)]) {
      expect((await penstock.api.outcome(ingestionId)).status).toBe('live');
    }
    const live = await stores.liveIngestions(namespace);
    for (const documents of Object.values(live)) {
      expect(Object.keys(documents)).toEqual(expect.arrayContaining([...names, 'kept upload']));
    }
  });
});

describe('the process tells how it is', () => {
  it('is alive and ready', async () => {
    expect(await penstock.api.ask('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const ready = await penstock.api.ask('GET', '/health/ready');
    expect(ready).toMatchObject({ status: 200, body: { status: 'ok', checks: { postgres: 'ok' } } });
  });

  it('describes its interface', async () => {
    const { body } = await penstock.api.ask('GET', '/docs/openapi.json');
    const paths = Object.keys(body['paths'] as object);
    expect(paths).toEqual(
      expect.arrayContaining(['/v1/documents', '/v1/documents/{documentId}', '/v1/records', '/v1/ingestions']),
    );
  });

  it('shows every metric once, however many roles share it', async () => {
    const names = [
      'events_total',
      'handle_seconds',
      'retries_total',
      'breaker_state',
      'saga_decisions_total',
      'outbox_rows',
    ];
    const more = [
      'outbox_age_seconds',
      'consumer_lag_events',
      'ingestions_total',
      'model_tokens_total',
      'http_seconds',
    ];
    const text = await eventually('metrics of every store', async () => {
      const { body } = await penstock.api.ask('GET', '/metrics');
      const all = ['neo4j', 'postgres', 'qdrant', 'redis'].every((store) =>
        new RegExp(`penstock_saga_decisions_total\\{store="${store}",decision="live"\\} [1-9]`).test(
          String(body['text']),
        ),
      );
      return all ? String(body['text']) : undefined;
    });

    const declared = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(declared).toEqual([...new Set(declared)]);
    expect(declared).toEqual(expect.arrayContaining([...names, ...more].map((name) => `penstock_${name}`)));
    for (const role of ['stager', 'parser', 'extractor', 'embedder', 'writer-qdrant', 'ledger']) {
      expect(text).toMatch(new RegExp(`penstock_events_total\\{role="${role}",topic="[^"]+",outcome="done"\\} [1-9]`));
      expect(text).toMatch(new RegExp(`penstock_handle_seconds_count\\{role="${role}",outcome="done"\\} [1-9]`));
    }
  });
});
