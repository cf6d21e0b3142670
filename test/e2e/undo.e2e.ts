import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { storeNames, type StoreName } from '#stores/port';

import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acmeReport, sample } from './samples.js';
import { StoreViews } from './store-views.js';

const longMs = 180_000;
const namespace = aNamespace('undo');
const pairs = storeNames.flatMap((one, i) => storeNames.slice(i + 1).map((other) => [one, other] as const));
/** Every store alone, and every two of them. */
const refusals: readonly (readonly StoreName[])[] = [...storeNames.map((one) => [one]), ...pairs];
/** The end of the names of documents that these stores refuse; no end is part of another one. */
const endOf = (refusing: readonly StoreName[]): string => `by ${refusing.join(' and ')}.`;
const failWriter = refusals.flatMap((refusing) => refusing.map((store) => `${store}:${endOf(refusing)}`)).join(',');
const firstVersions = new Map<string, string>();
let stores: StoreViews;
let penstock: PenstockUnderTest;

jest.setTimeout(3 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  const calm = await startPenstock();
  const neighbour = await calm.api.inline(namespace, 'neighbour', sample('supplier-call.txt'));
  expect((await calm.api.outcome(neighbour.ingestionId, longMs)).status).toBe('live');
  const updated = refusals.map((refusing) => `update refused ${endOf(refusing)}`);
  await Promise.all(
    updated.map(async (documentId) => {
      const { ingestionId } = await calm.api.inline(namespace, documentId, acmeReport);
      firstVersions.set(documentId, ingestionId);
      expect((await calm.api.outcome(ingestionId, longMs)).status).toBe('live');
    }),
  );
  await calm.stop();
  penstock = await startPenstock({ failWriter });
});

afterAll(async () => {
  await Promise.all([penstock.stop(), stores.close()]);
  expect(penstock.fatal).toEqual([]);
});

describe.each(refusals.map((refusing) => ({ names: refusing.join(' and '), refusing })))(
  'when a document is refused by $names',
  ({ refusing }) => {
    const roles = refusing.map((store) => `writer-${store}`);
    const undone = {
      ...{ status: 'rolled_back', error: { reason: 'failure-drill' } },
      stores: { neo4j: 'rolled_back', postgres: 'rolled_back', qdrant: 'rolled_back', redis: 'rolled_back' },
    };

    it('all undo it: every store is what it was, and the API says who refused and why', async () => {
      const documentId = `report refused ${endOf(refusing)}`;
      const before = await stores.everything(namespace);

      const { ingestionId } = await penstock.api.inline(
        namespace,
        documentId,
        `${acmeReport}\nNew Partner Inc joined.`,
      );
      const seen = await penstock.api.outcome(ingestionId, longMs);

      expect(seen).toMatchObject(undone);
      expect(roles).toContain(seen.error?.role);
      expect(await stores.everything(namespace)).toEqual(before);
      const { body } = await penstock.api.document(namespace, documentId);
      expect(body).toMatchObject({ live: null, version: null });
    });

    it('a new version that is refused leaves the old one live, byte for byte', async () => {
      const documentId = `update refused ${endOf(refusing)}`;
      const before = await stores.everything(namespace);

      const text = `${acmeReport}\nMaria Keller left Bosch Technologies.`;
      const { ingestionId } = await penstock.api.inline(namespace, documentId, text);
      const seen = await penstock.api.outcome(ingestionId, longMs);

      expect(seen).toMatchObject({ ...undone, version: 2 });
      expect(roles).toContain(seen.error?.role);
      expect(await stores.everything(namespace)).toEqual(before);
      const first = firstVersions.get(documentId);
      expect(await penstock.api.ingestion(first ?? '')).toMatchObject({ status: 'live' });
      const { body } = await penstock.api.document(namespace, documentId);
      expect(body).toMatchObject({ version: 1, live: { ingestionId: first } });
    });
  },
);
