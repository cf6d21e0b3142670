import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { eventually } from './eventually.js';
import type { Answer, IngestionSeen } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { runPenstock } from './run-penstock.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

const namespace = aNamespace('cancel');
/** Roles are stopped and started in each test, and groups have to notice that. */
const longMs = 240_000;
const cancelled = { status: 'rolled_back', error: { role: 'cancel', reason: 'cancelled' } };
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

function cancel(ingestionId: string): Promise<Answer> {
  return penstock.api.ask('DELETE', `/v1/ingestions/${ingestionId}`);
}

function seenAs(status: string, ingestionId: string): Promise<IngestionSeen> {
  return eventually(
    `${ingestionId} to be ${status}`,
    async () => {
      const seen = await penstock.api.ingestion(ingestionId);
      return seen.status === status ? seen : undefined;
    },
    longMs,
  );
}

function requestsIn({ timeline }: IngestionSeen): number {
  return timeline.filter(({ type }) => type === 'CompensationRequested').length;
}

jest.setTimeout(2 * longMs);

describe('cancelling an ingestion', () => {
  it('that three stores hold already leaves every store as it was, and the version before it live', async () => {
    const first = await penstock.api.inline(namespace, 'updated', acmeReport);
    await penstock.api.outcome(first.ingestionId, longMs);
    const before = await stores.everything(namespace);
    await penstock.pause();
    await penstock.restart(['writer-redis']);
    const { ingestionId } = await penstock.api.inline(namespace, 'updated', `${acmeReport}\nOla Berg joined Bosch.`);
    await penstock.api.writtenByThree(ingestionId, longMs);

    const answers = [await cancel(ingestionId), await cancel(ingestionId)];
    await penstock.pause();
    await penstock.restart();
    const seen = await penstock.api.outcome(ingestionId, longMs);

    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[0]?.body).toEqual({ documentId: 'updated', ingestionId, version: 2 });
    expect(seen).toMatchObject({ ...cancelled, stores: { neo4j: 'rolled_back', redis: 'rolled_back' } });
    expect(requestsIn(seen)).toBe(1);
    expect(await stores.everything(namespace)).toEqual(before);
    expect((await penstock.api.document(namespace, 'updated')).body).toMatchObject({ version: 1 });
  });

  it('that nothing was done for yet ends it without any stage working for it', async () => {
    await penstock.pause();
    await penstock.restart(['stager']);
    const { ingestionId } = await penstock.api.inline(namespace, 'not begun', acmeReport);

    expect((await cancel(ingestionId)).status).toBe(202);
    const seen = await seenAs('rolled_back', ingestionId);
    await penstock.pause();
    await penstock.restart();
    const next = await penstock.api.inline(namespace, 'not begun', acmeReport);
    expect((await penstock.api.outcome(next.ingestionId, longMs)).status).toBe('live');

    expect(seen).toMatchObject(cancelled);
    const { timeline, status } = await penstock.api.ingestion(ingestionId);
    expect(status).toBe('rolled_back');
    expect(timeline.map(({ type }) => type)).not.toContain('DocumentStaged');
  });

  it('in the middle of the pipeline costs no model call', async () => {
    await penstock.pause();
    await penstock.restart(['extractor']);
    const { ingestionId } = await penstock.api.inline(namespace, 'parsed', 'Nobody has read of Quentin Ferro yet.');
    await seenAs('parsed', ingestionId);

    expect((await cancel(ingestionId)).status).toBe(202);
    await seenAs('rolled_back', ingestionId);
    await penstock.pause();
    await penstock.restart();
    const next = await penstock.api.inline(namespace, 'parsed', 'Another text altogether.');
    expect((await penstock.api.outcome(next.ingestionId, longMs)).status).toBe('live');

    const seen = await penstock.api.ingestion(ingestionId);
    expect(seen).toMatchObject({ ...cancelled, tokens: {} });
    expect(seen.timeline.map(({ type }) => type)).not.toContain('DocumentExtracted');
  });

  it('that is decided, concluded or unknown is refused with the reason', async () => {
    const live = await penstock.api.inline(namespace, 'live', acmeReport);
    await penstock.api.outcome(live.ingestionId, longMs);
    const removal = await penstock.api.retract(namespace, 'live');

    const answers = await Promise.all([live.ingestionId, removal.ingestionId, randomUUID(), 'no-id'].map(cancel));

    const problem = { contentType: expect.stringContaining('application/problem+json') };
    expect(answers).toMatchObject([
      { ...problem, status: 409, body: { reason: 'already-decided' } },
      { ...problem, status: 409, body: { reason: 'already-decided', detail: expect.stringContaining('retraction') } },
      { ...problem, status: 404, body: { reason: 'not-found' } },
      { ...problem, status: 404, body: { reason: 'not-found' } },
    ]);
  });

  it('by the command line waits for the end, and says so', async () => {
    await penstock.pause();
    await penstock.restart(['embedder']);
    const { ingestionId } = await penstock.api.inline(namespace, 'by command', acmeReport);
    const env = { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port };

    const finished = await runPenstock(['cancel', ingestionId, '--json'], env);
    const again = await runPenstock(['cancel', ingestionId], env);
    await penstock.pause();
    await penstock.restart();

    expect(finished.code).toBe(0);
    expect(JSON.parse(finished.out)).toMatchObject({ ingestionId, ...cancelled });
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('concluded: rolled_back') });
    const { body } = await penstock.api.document(namespace, 'by command');
    expect(body).toMatchObject({ live: null });
  });
});
