import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { fetchLag } from '#kafka';
import { storeNames } from '#stores/port';
import { createLogger } from '#telemetry';

import { testStack } from '../services/addresses.js';
import { eventually } from './eventually.js';
import { KafkaOutsider, type SeenRecord } from './kafka-outsider.js';
import type { IngestionSeen } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

/** Roles are stopped and started, and groups have to notice that. */
const longMs = 300_000;
const topics = ['submitted', 'staged', 'parsed', 'extracted', 'saga', 'outcomes'].map(
  (name) => `penstock.documents.${name}`,
);
const outsider = new KafkaOutsider();
let stores: StoreViews;
let penstock: PenstockUnderTest;
let namespace: string;

jest.setTimeout(3 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  await outsider.connect();
});

afterAll(async () => {
  await Promise.all([stores.close(), outsider.close()]);
});

beforeEach(() => {
  namespace = aNamespace('deletion');
});

afterEach(async () => {
  await penstock.stop();
  expect(penstock.fatal).toEqual([]);
});

async function ingest(documentId: string, text: string): Promise<IngestionSeen> {
  const { ingestionId } = await penstock.api.inline(namespace, documentId, text);
  const seen = await penstock.api.outcome(ingestionId, longMs);
  expect(seen.status).toBe('live');
  return seen;
}

async function remove(documentId: string): Promise<IngestionSeen> {
  const { ingestionId } = await penstock.api.retract(namespace, documentId);
  const seen = await penstock.api.outcome(ingestionId, longMs);
  expect(seen.status).toBe('retracted');
  return seen;
}

function storesIn(ingestionId: string, state: string, count: number): Promise<true> {
  return eventually(
    `${count} stores to be ${state}`,
    async () => {
      const seen = await penstock.api.ingestion(ingestionId);
      return Object.values(seen.stores).filter((one) => one === state).length === count || undefined;
    },
    longMs,
  );
}

async function everywhere(): Promise<unknown> {
  const { neo4j, postgres, qdrant, redis } = await stores.liveIngestions(namespace);
  for (const view of [neo4j, qdrant, redis]) expect(view).toEqual(postgres);
  return postgres;
}

/** Lines of `everything` that still hold something. */
async function remains(): Promise<string[]> {
  const held = Object.entries(await stores.everything(namespace));
  return held.filter(([, rows]) => Object.keys(rows as object).length > 0).map(([name]) => name);
}

/** A document for each store; no name is part of another one. */
const reports = storeNames.map((store) => ({ store, documentId: `report for ${store}.` }));

describe('a delete while one writer is away, each of the four in its turn', () => {
  it('is finished when that one comes back, and keeps what other documents share', async () => {
    penstock = await startPenstock();
    const other = await ingest('other', 'John Smith is CEO of ACME Corporation.');
    const before = await stores.everything(namespace);
    const made = await Promise.all(reports.map(({ documentId }) => ingest(documentId, acmeReport)));
    const retractions: string[] = [];

    for (const { store, documentId } of reports) {
      await penstock.pause();
      await penstock.restart([`writer-${store}`]);
      const { ingestionId } = await penstock.api.retract(namespace, documentId);
      await storesIn(ingestionId, 'retracted', 3);
      const seen = await penstock.api.ingestion(ingestionId);
      expect(seen.stores[store]).not.toBe('retracted');
      expect(seen.status).not.toBe('retracted');
      retractions.push(ingestionId);
    }
    await penstock.pause();
    await penstock.restart();

    for (const ingestionId of retractions) {
      expect((await penstock.api.outcome(ingestionId, longMs)).status).toBe('retracted');
    }
    expect(await everywhere()).toEqual({ other: other.ingestionId });
    expect(await stores.everything(namespace)).toEqual(before);
    for (const { ingestionId } of made) {
      expect((await penstock.api.ingestion(ingestionId)).status).toBe('retracted');
    }
  });
});

describe('making documents again after they were deleted', () => {
  it('while a writer refuses them, each another one, leaves nothing anywhere; they can be made when that is over', async () => {
    penstock = await startPenstock();
    await Promise.all(reports.map(({ documentId }) => ingest(documentId, acmeReport)));
    await Promise.all(reports.map(({ documentId }) => remove(documentId)));
    await penstock.stop();
    const failWriter = reports.map(({ store, documentId }) => `${store}:${documentId}`).join(',');
    penstock = await startPenstock({ failWriter });

    const again = reports.map(async ({ documentId }) => {
      const { ingestionId } = await penstock.api.inline(namespace, documentId, acmeReport);
      return penstock.api.outcome(ingestionId, longMs);
    });
    const seen = await Promise.all(again);

    const errors = reports.map(({ store }) => ({ reason: 'failure-drill', role: `writer-${store}` }));
    expect(seen).toMatchObject(errors.map((error) => ({ status: 'rolled_back', error })));
    expect(await remains()).toEqual([]);
    await penstock.stop();
    penstock = await startPenstock();
    const last = await Promise.all(reports.map(({ documentId }) => ingest(documentId, acmeReport)));
    expect(await everywhere()).toEqual(
      Object.fromEntries(last.map(({ documentId, ingestionId }) => [documentId, ingestionId])),
    );
  });
});

describe('the deadline', () => {
  it('gives up what one writer never wrote; coming back, it writes nothing, and a later version becomes live', async () => {
    penstock = await startPenstock();
    const first = await ingest('report', acmeReport);
    const before = await stores.everything(namespace);
    await penstock.stop();
    penstock = await startPenstock({ sagaDeadlineMs: 45_000 });
    await penstock.pause();
    await penstock.restart(['writer-qdrant']);

    const { ingestionId } = await penstock.api.inline(namespace, 'report', `${acmeReport}\nOla Berg joined.`);
    await storesIn(ingestionId, 'rolled_back', 3);
    await penstock.pause();
    await penstock.restart();

    const seen = await penstock.api.outcome(ingestionId, longMs);
    expect(seen).toMatchObject({ status: 'failed', error: { role: 'deadline', reason: 'deadline' } });
    await storesIn(ingestionId, 'rolled_back', 4);
    expect(await stores.everything(namespace)).toEqual(before);
    expect(await everywhere()).toEqual({ report: first.ingestionId });
    await penstock.stop();
    penstock = await startPenstock();
    const next = await ingest('report', `${acmeReport}\nOla Berg joined and stayed.`);
    expect(await everywhere()).toEqual({ report: next.ingestionId });
  });
});

describe('records that come again after a delete', () => {
  it('from any topic and in any order bring nothing back, in any store', async () => {
    penstock = await startPenstock();
    const records: readonly SeenRecord[] = await outsider.watch(...topics);
    const { ingestionId } = await ingest('report', acmeReport);
    await remove('report');
    const ours = records.filter(({ headers }) => headers['ce_ingestionid'] === ingestionId);
    const types = ours.map(({ headers }) => headers['ce_type']?.split('.').pop());
    expect(types).toEqual(expect.arrayContaining(['DocumentSubmitted', 'DocumentEmbedded', 'StoreWritten']));

    for (const late of [ours, ours.toReversed()]) {
      for (const { topic, key, value, headers } of late) await outsider.send(topic, { key, value, headers });
    }
    await ingest('barrier', 'Words that come after.');
    await remove('barrier');
    await eventually(
      'everything to be read',
      async () => {
        const lags = await fetchLag({ brokers: [testStack().kafka], log: createLogger('silent') });
        return lags.every(({ lag }) => lag === 0) || undefined;
      },
      longMs,
    );

    expect(await remains()).toEqual([]);
    expect((await penstock.api.ingestion(ingestionId)).status).toBe('retracted');
    expect((await penstock.api.document(namespace, 'report')).body).toMatchObject({ live: null });
    const again = await ingest('report', acmeReport);
    expect(await everywhere()).toEqual({ report: again.ingestionId });
  });
});
