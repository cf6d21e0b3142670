import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import type { Accepted } from './penstock-api.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

let namespace: string;
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

function times<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

async function isLiveEverywhere(documents: Readonly<Record<string, string>>): Promise<void> {
  const { postgres, neo4j, qdrant, redis } = await stores.liveIngestions(namespace);
  expect([postgres, neo4j, qdrant, redis]).toEqual([documents, documents, documents, documents]);
}

/** Ingestions of which the stores still hold anything at all. */
async function heldIngestions(among: readonly Accepted[]): Promise<string[]> {
  const held = JSON.stringify(await stores.everything(namespace));
  return among.map(({ ingestionId }) => ingestionId).filter((id) => held.includes(id));
}

describe('one document, wanted by many at once', () => {
  it('twelve versions at the same moment: the newest is live, in all stores, and nothing is left of the others', async () => {
    namespace = aNamespace('crowd');
    const accepted = await times(12, (index) =>
      penstock.api.inline(namespace, 'report', `${acmeReport} Draft ${index}.`),
    );
    const seen = await Promise.all(accepted.map(({ ingestionId }) => penstock.api.outcome(ingestionId)));

    expect(accepted.map(({ version }) => version).sort((a, b) => a - b)).toEqual(seen.map((_, index) => index + 1));
    const newest = accepted.find(({ version }) => version === 12);
    await isLiveEverywhere({ report: newest?.ingestionId ?? '' });
    expect(await heldIngestions(accepted)).toEqual([newest?.ingestionId]);
    const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}&status=live`);
    expect((body['items'] as Accepted[]).map(({ version }) => version)).toEqual([12]);
  });

  it('a delete that overtakes its document: the document is gone, and stays gone', async () => {
    namespace = aNamespace('overtaken');
    const submitted = await times(4, (index) => penstock.api.inline(namespace, `report ${index}`, acmeReport));
    const retracted = await times(4, (index) => penstock.api.retract(namespace, `report ${index}`));
    const outcomes = await Promise.all(
      [...submitted, ...retracted].map(({ ingestionId }) => penstock.api.outcome(ingestionId)),
    );

    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'retracted'));
    await isLiveEverywhere({});
    expect(await heldIngestions(submitted)).toEqual([]);
  });

  it('deletes and versions in turn end as the last of them says', async () => {
    namespace = aNamespace('turns');
    const accepted: Accepted[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      accepted.push(await penstock.api.inline(namespace, 'report', `${acmeReport} Turn ${turn}.`));
      if (turn < 3) await penstock.api.retract(namespace, 'report');
    }
    const seen = await Promise.all(accepted.map(({ ingestionId }) => penstock.api.outcome(ingestionId)));

    expect(seen.map(({ status }) => status)).toEqual(['retracted', 'retracted', 'retracted', 'live']);
    await isLiveEverywhere({ report: accepted.at(-1)?.ingestionId ?? '' });
  });
});

describe('a document by any name', () => {
  const names = [
    'report:chunks',
    'report%3Achunks',
    'report',
    '/etc/passwd',
    '../../a?b=c&d#e',
    'Größe der Straße 東京 🏭',
    `"quoted" 'twice' \\ and; DROP TABLE chunks`,
    '{curly} $dollar `tick`',
    'x'.repeat(512),
  ];

  it('is live under exactly that name, and can be read and deleted by it', async () => {
    namespace = aNamespace('names');
    const accepted = await Promise.all(
      names.map((name) => penstock.api.inline(namespace, name, `The text of ${name}.`)),
    );
    await Promise.all(accepted.map(({ ingestionId }) => penstock.api.outcome(ingestionId)));

    const live = await stores.sql('SELECT document_id FROM penstock.live_documents WHERE namespace = $1', [namespace]);
    expect(live.map(({ document_id }) => document_id).sort()).toEqual([...names].sort());
    for (const [index, name] of names.entries()) {
      const { body } = await penstock.api.document(namespace, name, 'chunks');
      expect(body).toMatchObject({ documentId: name, live: { ingestionId: accepted[index]?.ingestionId } });
      expect(JSON.stringify(body['live'])).toContain(JSON.stringify(`The text of ${name}.`).slice(1, -1));
    }
    const retracted = await Promise.all(names.map((name) => penstock.api.retract(namespace, name)));
    for (const { ingestionId } of retracted) expect((await penstock.api.outcome(ingestionId)).status).toBe('retracted');
    expect(await heldIngestions(accepted)).toEqual([]);
  });
});
