import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { AuditSchedule } from '../../apps/audit-schedule.js';
import { createPlatform, type Platform } from '../../apps/platform.js';
import { makeStoreWriter } from '../../apps/stores.js';
import { loadConfig } from '#config';
import { sparseTerms } from '#models';
import { storeNames, type IngestionRef, type StoreName, type StoreWriter } from '#stores/port';

import { anIngestion, ref } from '../builders/index.js';
import { eventually } from '../e2e/eventually.js';
import { aNamespace, stackEnvironment } from '../e2e/penstock-under-test.js';
import { StoreViews } from '../e2e/store-views.js';

const patienceMs = 400_000;
const documentsAtOnce = 20;
/** No process would start with so short a time; it is given to the stores and to the collector themselves. */
const tombstoneTtlMs = 1_000;
const dimensions = 384;
const { signal } = new AbortController();
const namespace = aNamespace('churn');
const kept = aNamespace('kept');
let platform: Platform;
let schedule: AuditSchedule;
let writers: readonly StoreWriter[];
let stores: StoreViews;
let ids: readonly string[] = [];

beforeAll(() => {
  const made = createPlatform(loadConfig(stackEnvironment()), 'collect');
  platform = { ...made, config: { ...made.config, tombstoneTtlMs } };
  schedule = new AuditSchedule(platform);
  writers = storeNames.map((store) => makeStoreWriter(platform, store));
  stores = new StoreViews();
});

afterAll(async () => {
  await Promise.all(writers.map((writer) => writer.retract([{ ...refOf(kept, 'report'), version: 9 }], signal)));
  await Promise.all([...writers.map((writer) => writer.close()), schedule.close(), stores.close()]);
  await platform.pool.end();
});

function partsOf(inNamespace: string, documentId: string) {
  const builder = anIngestion({ namespace: inNamespace, documentId }).withDimensions(dimensions);
  return builder.build().map((part) => ({ ...part, sparseTerms }));
}

function refOf(inNamespace: string, documentId: string): IngestionRef {
  return ref(partsOf(inNamespace, documentId));
}

async function makeLive(writer: StoreWriter, inNamespace: string, documentIds: readonly string[]): Promise<void> {
  const documents = documentIds.map((documentId) => partsOf(inNamespace, documentId));
  await writer.writePending({ parts: documents.flat(), receipts: [], signal });
  await writer.promote(
    documents.map((parts) => ref(parts)),
    signal,
  );
}

/** Writes documents and deletes them, in all four stores. */
async function churn(round: number): Promise<void> {
  const documentIds = Array.from({ length: documentsAtOnce }, (_, i) => `document ${round} ${i}`);
  const refs = documentIds.map((documentId) => refOf(namespace, documentId));
  ids = refs.map(({ ingestionId }) => ingestionId);
  for (const writer of writers) {
    await makeLive(writer, namespace, documentIds);
    await writer.retract(refs, signal);
  }
}

/** Markers of ingestions and documents that each store keeps of the churn. */
async function markers(): Promise<Record<StoreName, number>> {
  const [postgres] = await stores.sql(
    `SELECT (SELECT count(*) FROM penstock.store_ingestions WHERE namespace = $1)::int
       + (SELECT count(*) FROM penstock.store_documents WHERE namespace = $1)::int AS count`,
    [namespace],
  );
  const [neo4j] = await stores.cypher(
    'MATCH (m:PenstockIngestion|PenstockDocument) WHERE m.key STARTS WITH $prefix RETURN count(m) AS count',
    { prefix: `${namespace}/` },
  );
  const { points } = await stores.qdrant.scroll('penstock_state', { limit: 100_000, with_payload: true });
  const documents = await stores.redis.keys(`penstock-state:${namespace}:*`);
  const ingestions = await stores.redis.exists(ids.map((id) => `penstock-state:${id}`));
  return {
    postgres: Number(postgres?.['count']),
    neo4j: Number(neo4j?.['count']),
    qdrant: points.filter(({ payload }) => String(payload?.['document']).startsWith(`${namespace}/`)).length,
    redis: documents.length + ingestions,
  };
}

async function collected(): Promise<Record<string, number>> {
  const { values } = await platform.metrics.tombstonesCollected.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels['store']), value]));
}

describe('the hourly collection of tombstones', () => {
  it(
    'brings the markers of all stores back to nothing, however much was deleted, and keeps what is live',
    async () => {
      for (const writer of writers) await writer.prepare();
      for (const writer of writers) await makeLive(writer, kept, ['report']);

      for (const round of [1, 2]) {
        await churn(round);
        const { postgres, neo4j, qdrant } = await markers();
        expect(Math.min(postgres, neo4j, qdrant)).toBeGreaterThanOrEqual(documentsAtOnce);
        await eventually(
          'no marker to be left',
          async () => {
            await schedule.collectTombstones();
            return Object.values(await markers()).every((count) => count === 0) || undefined;
          },
          patienceMs,
        );
      }

      const states = await Promise.all(writers.map((writer) => writer.states([refOf(kept, 'report')], signal)));
      const named = writers.map(({ store }, i) => [store, states[i]?.[0]]);
      expect(named.filter(([store]) => store !== 'redis').map(([, state]) => state)).toEqual(['live', 'live', 'live']);
      const counts = await collected();
      for (const store of ['postgres', 'neo4j', 'qdrant']) {
        expect(counts[store]).toBeGreaterThanOrEqual(2 * documentsAtOnce);
      }
    },
    2 * patienceMs,
  );
});
