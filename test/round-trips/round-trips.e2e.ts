import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import type { DocumentEmbedded } from '#events';
import { sparseTerms } from '#models';
import { storeNames, type StoreName, type StoreWriter } from '#stores/port';

import { createPlatform, type Platform } from '../../apps/platform.js';
import { makeStoreWriter, storeClients } from '../../apps/stores.js';
import { anIngestion } from '../builders/index.js';
import { aNamespace, stackEnvironment } from '../e2e/penstock-under-test.js';
import { countedClients, countStatements, Requests } from './counted-clients.js';

/** As many as Neo4j promotes in one transaction; the other stores take more. */
const manyDocuments = 16;
const dimensions = 384;
const { signal } = new AbortController();
const counted = new Map<StoreName, Requests>(storeNames.map((store) => [store, new Requests()]));
let platform: Platform;
let writers: StoreWriter[];

beforeAll(async () => {
  platform = createPlatform(loadConfig(stackEnvironment()), 'round-trips');
  countStatements(platform.pool, requestsOf('postgres'));
  writers = storeNames.map((store) =>
    makeStoreWriter(platform, store, countedClients(storeClients(platform), requestsOf(store))),
  );
  await Promise.all(writers.map((writer) => writer.prepare()));
});

afterAll(async () => {
  await Promise.all(writers.map((writer) => writer.close()));
  await platform.pool.end();
});

function requestsOf(store: StoreName): Requests {
  return counted.get(store) ?? new Requests();
}

/** Documents that know some of the same people, as those of one batch do. */
function documents(count: number): DocumentEmbedded[] {
  const namespace = aNamespace('round-trips');
  return Array.from({ length: count }, (_, number) =>
    anIngestion({ namespace, documentId: `document-${number}` })
      .withChunks(4)
      .withEntities([`Ada Number${number}`, `Grace Next${number}`, 'Alan Shared'])
      .withFacts()
      .withDimensions(dimensions)
      .build(),
  )
    .flat()
    .map((part) => ({ ...part, sparseTerms }));
}

async function requestsFor(writer: StoreWriter, parts: readonly DocumentEmbedded[]): Promise<number> {
  const requests = requestsOf(writer.store);
  const before = requests.count;
  await writer.writePending({ parts, receipts: [], signal });
  const promoted = await writer.promote(parts, signal);
  expect(new Set(promoted.map(({ state }) => state))).toEqual(new Set(['live']));
  return requests.count - before;
}

describe('what a batch of documents asks of a store', () => {
  it.each(storeNames)('%s: as much as one document, from pending to live', async (store) => {
    const writer = writers.find((one) => one.store === store) as StoreWriter;
    const one = await requestsFor(writer, documents(1));

    const many = await requestsFor(writer, documents(manyDocuments));

    expect(one).toBeGreaterThan(0);
    expect(many / one).toBeLessThanOrEqual(1.25);
  });
});
