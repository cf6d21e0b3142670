import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { KafkaOutsider } from './kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acceptedOf, type IngestionSeen } from './penstock-api.js';
import { acmeReport } from './samples.js';
import { StoreViews, type Row } from './store-views.js';

let namespace: string;
let penstock: PenstockUnderTest;
let stores: StoreViews;
const outsider = new KafkaOutsider();

beforeAll(async () => {
  stores = new StoreViews();
  [penstock] = await Promise.all([startPenstock(), outsider.connect()]);
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

async function ingest(documentId: string, text: string): Promise<IngestionSeen> {
  const seen = await penstock.api.outcome((await penstock.api.inline(namespace, documentId, text)).ingestionId);
  expect(seen).toMatchObject({ status: 'live' });
  return seen;
}

async function liveEverywhere(): Promise<Readonly<Record<string, string>>> {
  const { postgres, ...others } = await stores.liveIngestions(namespace);
  for (const view of Object.values(others)) expect(view).toEqual(postgres);
  return postgres;
}

async function entityNames(): Promise<{ readonly postgres: unknown[]; readonly neo4j: unknown[] }> {
  const rows = await stores.sql('SELECT name FROM penstock.live_entities WHERE namespace = $1 ORDER BY name', [
    namespace,
  ]);
  const nodes = await stores.cypher('MATCH (n:Entity {group_id: $namespace}) RETURN n.name AS name', { namespace });
  const names = (of: readonly Row[]): unknown[] => of.map(({ name }) => name).sort();
  return { postgres: names(rows), neo4j: names(nodes) };
}

/** Lines of `everything` that still hold something. */
async function remains(): Promise<string[]> {
  const held = Object.entries(await stores.everything(namespace));
  return held.filter(([, rows]) => Object.keys(rows as object).length > 0).map(([name]) => name);
}

describe('a document through its life', () => {
  it('an update replaces the version before in all four stores, and leaves nothing of it', async () => {
    namespace = aNamespace('update');
    const first = await ingest('report', `${acmeReport}\nMaria Keller works for Nordwind Logistics.`);
    expect((await entityNames()).postgres).toContain('Maria Keller');

    const second = await ingest('report', acmeReport);

    expect(second.version).toBe(2);
    expect(await liveEverywhere()).toEqual({ report: second.ingestionId });
    expect(JSON.stringify(await stores.everything(namespace))).not.toContain(first.ingestionId);
    const { postgres, neo4j } = await entityNames();
    expect(neo4j).toEqual(postgres);
    expect(postgres).not.toContain('Maria Keller');
    expect((await penstock.api.ingestion(first.ingestionId)).status).toBe('superseded');
  });

  it('a delete removes it from all four, with a receipt of each, and keeps what others share', async () => {
    namespace = aNamespace('delete');
    await ingest('report', acmeReport);
    const other = await ingest('other', 'John Smith, CEO of ACME Corporation, lives in Rotterdam.');

    const { ingestionId } = await penstock.api.retract(namespace, 'report');
    const seen = await penstock.api.outcome(ingestionId);

    expect(seen).toMatchObject({ kind: 'retraction', status: 'retracted' });
    const receipts = seen.timeline.filter(({ type }) => type === 'StoreRetracted').map(({ store }) => store);
    expect(receipts.sort()).toEqual(['neo4j', 'postgres', 'qdrant', 'redis']);
    expect(await liveEverywhere()).toEqual({ other: other.ingestionId });
    const { postgres, neo4j } = await entityNames();
    expect(neo4j).toEqual(postgres);
    expect(postgres).toEqual(expect.arrayContaining(['ACME Corporation', 'John Smith']));
    expect(postgres).not.toContain('Widget Manufacturing');
    const { body, status } = await penstock.api.document(namespace, 'report');
    expect([status, body['live']]).toEqual([200, null]);
  });

  it('deleting the last document leaves no trace, and it can be made again', async () => {
    namespace = aNamespace('again');
    await ingest('report', acmeReport);
    await penstock.api.outcome((await penstock.api.retract(namespace, 'report')).ingestionId);
    expect(await remains()).toEqual([]);

    const again = await ingest('report', acmeReport);

    expect(again.version).toBe(2);
    expect(await liveEverywhere()).toEqual({ report: again.ingestionId });
  });

  it('an older version that comes late is superseded, and changes nothing', async () => {
    namespace = aNamespace('late');
    await ingest('report', 'First words.');
    await ingest('report', acmeReport);
    const before = await stores.everything(namespace);
    const ingestionId = randomUUID();

    const late = { namespace, documentId: 'report', ingestionId, version: 1, content: 'Words of long ago.' };
    await outsider.submit(late);
    const seen = await penstock.api.outcome(ingestionId);

    expect(seen).toMatchObject({ status: 'superseded', version: 1 });
    expect(await stores.everything(namespace)).toEqual(before);
  });

  it('says 404 when asked to delete what was never there', async () => {
    const answer = await penstock.api.ask('DELETE', '/v1/documents/never-there');
    expect(answer).toMatchObject({ status: 404, body: { reason: 'not-found' } });
  });
});

describe('staged bytes', () => {
  it('go once the document is live, and stay when it failed, for whoever looks into it', async () => {
    namespace = aNamespace('staged');
    const upload = async (documentId: string, content: string): Promise<string> => {
      const answer = await penstock.api.upload({ name: 'a.txt', content }, { namespace, documentId });
      return acceptedOf(answer).ingestionId;
    };
    const live = await upload('live', acmeReport);
    const failed = await upload('failed', '\n');
    expect((await penstock.api.outcome(live)).status).toBe('live');
    expect((await penstock.api.outcome(failed)).status).toBe('failed');

    await eventually('the live one to be gone from staging', async () => {
      const files = await penstock.stagedFiles();
      return files.includes(live) ? undefined : true;
    });

    expect(await penstock.stagedFiles()).toContain(failed);
  });
});

describe('a document that a stage gives up', () => {
  it('a web page that is empty, or not there, fails with its reason and leaves nothing', async () => {
    namespace = aNamespace('failed');
    const location = `${penstock.api.address}/no-such-page`;
    const missing = await penstock.api.submit({ namespace, documentId: 'missing', source: 'http', location });
    const blank = await penstock.api.upload(
      { name: 'blank.txt', content: '\n \n' },
      { namespace, documentId: 'blank' },
    );

    const seen = await penstock.api.outcome(missing.ingestionId);
    expect(seen).toMatchObject({ status: 'failed', stage: 'stager', error: { role: 'stager', reason: 'http-status' } });
    const { ingestionId } = blank.body as { ingestionId: string };
    const empty = await penstock.api.outcome(ingestionId);
    expect(empty).toMatchObject({ status: 'failed', stage: 'parser', error: { role: 'parser', reason: 'empty' } });
    expect(await remains()).toEqual([]);
  });

  it('a file nobody can parse fails as unsupported, and a good version after it becomes live', async () => {
    namespace = aNamespace('binary');
    const content = Uint8Array.from({ length: 4096 }, (_, index) => (index * 37) % 256);
    const answer = await penstock.api.upload({ name: 'report', content }, { namespace, documentId: 'report' });
    const { ingestionId } = answer.body as { ingestionId: string };

    const seen = await penstock.api.outcome(ingestionId);

    expect(seen).toMatchObject({ status: 'failed', error: { reason: 'unsupported' } });
    expect(await remains()).toEqual([]);
    const good = await ingest('report', acmeReport);
    expect(await liveEverywhere()).toEqual({ report: good.ingestionId });
  });
});
