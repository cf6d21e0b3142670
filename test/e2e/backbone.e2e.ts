import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acceptedOf, type Accepted, type IngestionSeen } from './penstock-api.js';
import { acmeReport, sample } from './samples.js';
import { StoreViews } from './store-views.js';
import { serveText } from './web-server.js';

const namespace = aNamespace('backbone');
const statesWhenLive = { neo4j: 'live', postgres: 'live', qdrant: 'live', redis: 'live' };
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

/** Waits for the outcome and checks that it is the good one, in all four stores. */
async function becomesLive({ documentId, ingestionId }: Accepted): Promise<IngestionSeen> {
  const seen = await penstock.api.outcome(ingestionId);
  expect(seen).toMatchObject({ status: 'live', error: null, stores: statesWhenLive });
  const live = await stores.liveIngestions(namespace);
  const inEach = Object.values(live).map((documents) => documents[documentId]);
  expect(inEach).toEqual([ingestionId, ingestionId, ingestionId, ingestionId]);
  return seen;
}

async function chunkText(documentId: string): Promise<string> {
  const rows = await stores.sql(
    'SELECT text FROM penstock.live_chunks WHERE namespace = $1 AND document_id = $2 ORDER BY seq',
    [namespace, documentId],
  );
  return rows.map(({ text }) => text).join('\n');
}

describe('every way in leads to four stores', () => {
  it('a multipart upload becomes live, under the name and with the metadata of its form', async () => {
    const fields = { namespace, documentId: 'plant', title: 'The plant', metadata: '{"team":"north"}' };
    const file = { name: 'stuttgart-plant.md', content: sample('stuttgart-plant.md'), type: 'text/markdown' };

    const seen = await becomesLive(acceptedOf(await penstock.api.upload(file, fields)));

    expect(seen).toMatchObject({ title: 'The plant', mediaType: 'text/markdown', source: 'local_upload', version: 1 });
    expect(seen).toMatchObject({ metadata: { team: 'north', filename: 'stuttgart-plant.md' } });
    expect(await chunkText('plant')).toContain('Elena Rossi is plant director of ACME Corporation');
  });

  it('an inline text becomes live', async () => {
    await becomesLive(await penstock.api.inline(namespace, 'inline text', acmeReport));

    expect(await chunkText('inline text')).toContain('John Smith, CEO of ACME Corporation');
  });

  it('a web page becomes live, as the text a reader sees', async () => {
    const server = await serveText({ '/news': { type: 'text/html', body: sample('bosch-partnership.html') } });
    try {
      const location = `${server.address}/news`;
      const seen = await becomesLive(
        await penstock.api.submit({ namespace, documentId: 'page', source: 'http', location }),
      );

      expect(seen).toMatchObject({ mediaType: 'text/html', location });
      const text = await chunkText('page');
      expect(text).toContain('Bosch Technologies will supply sensors for the Widget Pro line');
      expect(text).not.toContain('font-family');
    } finally {
      await server.close();
    }
  });

  it('a file below an allowed folder becomes live', async () => {
    const location = join(penstock.uploadRoot, 'call.txt');
    await writeFile(location, sample('supplier-call.txt'));

    await becomesLive(await penstock.api.submit({ namespace, documentId: 'call', source: 'local_upload', location }));

    expect(await chunkText('call')).toContain('Henrik Larsen said that Nordwind Logistics will open a depot');
  });

  it('a record becomes live: as JSON to query, and as text to search', async () => {
    const record = JSON.parse(sample('order-10482.json')) as Record<string, unknown>;

    const answer = await penstock.api.json('/v1/records', { namespace, documentId: 'order-10482', record });
    await becomesLive(acceptedOf(answer));

    const [row] = await stores.sql(
      `SELECT record, record->'customer'->>'city' AS city FROM penstock.live_records
       WHERE namespace = $1 AND record @> '{"carrier": "Nordwind Logistics"}'`,
      [namespace],
    );
    expect(row).toEqual({ record, city: 'Stuttgart' });
    expect(await chunkText('order-10482')).toContain('Nordwind Logistics');
  });
});

describe('what the API tells of an ingestion', () => {
  it('shows status, stage by stage times, counts, tokens and the state of each store', async () => {
    const { ingestionId } = await penstock.api.inline(namespace, 'told', acmeReport);
    const seen = await becomesLive({ documentId: 'told', ingestionId, version: 1 });

    const steps = seen.timeline.map(({ type }) => type);
    const order = ['DocumentSubmitted', 'DocumentStaged', 'DocumentParsed', 'DocumentExtracted', 'DocumentEmbedded'];
    expect(steps.slice(0, 5)).toEqual(order);
    for (const type of ['StoreWritten', 'StorePromoted']) {
      const said = seen.timeline.filter((line) => line.type === type).map(({ store }) => store);
      expect(said.sort()).toEqual(['neo4j', 'postgres', 'qdrant', 'redis']);
    }
    const times = seen.timeline.map(({ at }) => Date.parse(at));
    expect(times.every(Number.isFinite)).toBe(true);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(seen).toMatchObject({ namespace, documentId: 'told', stage: 'done', counts: { parts: 1, chunks: 1 } });
    expect(seen.counts['facts']).toBeGreaterThanOrEqual(10);
    expect(seen.tokens).toHaveProperty('local/rules-1', { prompt: expect.any(Number), completion: expect.any(Number) });
    expect(seen.tokens).toHaveProperty('hash/384');
    expect(seen.models).toEqual({
      extraction: [{ model: 'local/rules-1', version: expect.any(String) }],
      embedding: [{ model: 'hash/384', dimensions: 384 }],
    });
  });

  it('lists ingestions newest first, page by page, without a gap or a repeat', async () => {
    const ids: string[] = [];
    const paged = aNamespace('paged');
    for (let i = 1; i <= 5; i += 1) ids.push((await penstock.api.inline(paged, `page ${i}`, `Page ${i}.`)).ingestionId);
    await Promise.all(ids.map((id) => penstock.api.outcome(id)));

    const listed: string[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page += 1) {
      const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${paged}&limit=2${cursor}`);
      const { items, nextCursor } = body as unknown as { items: Accepted[]; nextCursor?: string };
      listed.push(...items.map(({ ingestionId }) => ingestionId));
      expect(nextCursor === undefined).toBe(page === 2);
      cursor = `&cursor=${nextCursor ?? ''}`;
    }

    expect(listed).toEqual([...ids].reverse());
    const failed = await penstock.api.ask('GET', `/v1/ingestions?namespace=${paged}&status=failed`);
    expect(failed.body).toEqual({ items: [] });
  });

  it('reads a document through its cache, and puts it back there after it expired', async () => {
    const { ingestionId } = await penstock.api.inline(namespace, 'cached', acmeReport);
    await becomesLive({ documentId: 'cached', ingestionId, version: 1 });
    const fresh = await penstock.api.document(namespace, 'cached', 'chunks');
    const keys = [`penstock:${namespace}:document:cached`, `penstock:${namespace}:document:cached:chunks`];

    expect(await stores.redis.del(keys)).toBe(2);
    const readThrough = await penstock.api.document(namespace, 'cached', 'chunks');

    // Each store was promoted at a moment of its own, so only that may differ.
    const live = { ...(fresh.body['live'] as object), liveAt: expect.any(Number) };
    expect(readThrough).toEqual({ ...fresh, body: { ...fresh.body, live } });
    expect(fresh.body).toMatchObject({ live: { ingestionId, chunks: [{ seq: 0, text: acmeReport.trim() }] } });
    await eventually('the cache to be filled again', async () =>
      (await stores.redis.exists(keys)) === 2 ? true : undefined,
    );
    expect(await stores.redis.ttl(keys[0] ?? '')).toBeGreaterThan(0);
  });

  it('says 404 of what was never submitted', async () => {
    const unknown = [
      `/v1/documents/nothing?namespace=${namespace}`,
      '/v1/ingestions/01890000-0000-7000-8000-000000000000',
    ];
    for (const path of unknown) {
      const answer = await penstock.api.ask('GET', path);
      expect(answer).toMatchObject({ status: 404, contentType: expect.stringContaining('application/problem+json') });
    }
  });
});
