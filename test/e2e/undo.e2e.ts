import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { storeNames, type StoreName } from '#stores/port';

import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acmeReport, sample } from './samples.js';
import { StoreViews } from './store-views.js';

/** One namespace for each refusing store, each with a neighbour and a document that will be updated. */
const namespaces = Object.fromEntries(storeNames.map((store) => [store, aNamespace(`undo-${store}`)])) as Record<
  StoreName,
  string
>;
const firstVersions = new Map<string, string>();
let stores: StoreViews;

beforeAll(async () => {
  stores = new StoreViews();
  const calm = await startPenstock();
  for (const namespace of Object.values(namespaces)) {
    const neighbour = await calm.api.inline(namespace, 'neighbour', sample('supplier-call.txt'));
    const updated = await calm.api.inline(namespace, 'refused update', acmeReport);
    firstVersions.set(namespace, updated.ingestionId);
    for (const { ingestionId } of [neighbour, updated]) {
      expect((await calm.api.outcome(ingestionId)).status).toBe('live');
    }
  }
  await calm.stop();
});

afterAll(() => stores.close());

describe.each(storeNames)('when %s refuses a document', (refusing) => {
  const namespace = namespaces[refusing];
  const error = { reason: 'failure-drill', role: `writer-${refusing}` };
  const undoneEverywhere = {
    neo4j: 'rolled_back',
    postgres: 'rolled_back',
    qdrant: 'rolled_back',
    redis: 'rolled_back',
  };
  let penstock: PenstockUnderTest;

  beforeAll(async () => {
    penstock = await startPenstock({ failWriter: `${refusing}:refused` });
  });

  afterAll(() => penstock.stop());

  it('the others undo it: every store is what it was, and the API says who refused and why', async () => {
    const before = await stores.everything(namespace);

    const { ingestionId } = await penstock.api.inline(
      namespace,
      'refused report',
      `${acmeReport}\nNew Partner Inc joined.`,
    );
    const seen = await penstock.api.outcome(ingestionId);

    expect(seen).toMatchObject({ status: 'rolled_back', error, stores: undoneEverywhere });
    expect(await stores.everything(namespace)).toEqual(before);
    const { body } = await penstock.api.document(namespace, 'refused report');
    expect(body).toMatchObject({ live: null, version: null });
  });

  it('a new version that is refused leaves the old one live, byte for byte', async () => {
    const before = await stores.everything(namespace);

    const text = `${acmeReport}\nMaria Keller left Bosch Technologies.`;
    const { ingestionId } = await penstock.api.inline(namespace, 'refused update', text);
    const seen = await penstock.api.outcome(ingestionId);

    expect(seen).toMatchObject({ status: 'rolled_back', version: 2, error, stores: undoneEverywhere });
    expect(await stores.everything(namespace)).toEqual(before);
    const first = firstVersions.get(namespace);
    expect(await penstock.api.ingestion(first ?? '')).toMatchObject({ status: 'live' });
    const { body } = await penstock.api.document(namespace, 'refused update');
    expect(body).toMatchObject({ version: 1, live: { ingestionId: first } });
  });
});
