import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';

import { createMemoryServer, MemoryApi } from '#mcp';
import type { Citation, Hit } from '#query';

import { acceptedOf } from '../e2e/penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { StoreViews } from '../e2e/store-views.js';
import { ask } from './search-api.js';

const patienceMs = 180_000;
const namespace = aNamespace('cited');
let penstock: PenstockUnderTest;
let stores: StoreViews;

jest.setTimeout(2 * patienceMs);

/** A question that one passage answers, where that stands in its source, and how a person is told. */
const cases = [
  {
    documentId: 'flow.pdf',
    query: 'visitors gallery schoolchildren watch the great wheel',
    place: { origin: expect.objectContaining({ page: 2 }) },
    shown: /page 2 ›/u,
  },
  {
    documentId: 'handbook.md',
    query: 'oldest pump rebuilt shaft cracked maker closed',
    place: { headingPath: ['Waterworks of Lindenau', 'The pumps'], origin: null },
    shown: /Waterworks of Lindenau › The pumps ›/u,
  },
  {
    documentId: 'figures.xlsx',
    query: 'Place 150 hardness',
    place: { origin: { sheet: 'Readings', row: expect.any(Number), lastRow: expect.any(Number) } },
    shown: /sheet Readings › rows \d+–\d+ ›/u,
  },
  {
    documentId: 'stations.csv',
    query: 'Eastern Main pumps',
    place: { origin: { row: 2, lastRow: 5 } },
    shown: /rows 2–5 ›/u,
  },
];

beforeAll(async () => {
  stores = new StoreViews();
  penstock = await startPenstock({ searchBudgetMs: 60_000 });
  for (const { documentId } of cases) {
    const content = new Uint8Array(readFileSync(new URL(`../formats/samples/${documentId}`, import.meta.url)));
    const answer = await penstock.api.upload({ name: documentId, content }, { namespace, documentId });
    const { ingestionId } = acceptedOf(answer);
    expect(await penstock.api.outcome(ingestionId, patienceMs)).toMatchObject({ status: 'live' });
  }
}, 2 * patienceMs);

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  expect(penstock.fatal).toEqual([]);
});

/** Where the live chunk stands, as a user reads it in PostgreSQL. */
async function placeInStore({ documentId, seq }: Pick<Hit, 'documentId' | 'seq'>): Promise<unknown> {
  const [row] = await stores.sql(
    `SELECT text, heading_path AS "headingPath", origin, start_offset::int AS "startOffset", end_offset::int AS "endOffset"
      FROM penstock.live_chunks WHERE namespace = $1 AND document_id = $2 AND seq = $3`,
    [namespace, documentId, seq],
  );
  return row;
}

const asked = ({ query, documentId }: (typeof cases)[number], mode: string): Readonly<Record<string, unknown>> => ({
  ...{ query, namespace, mode, limit: 20, filter: { documentId: [documentId] } },
});

describe.each(cases)('a passage of $documentId', (one) => {
  it.each(['keyword', 'semantic', 'hybrid', 'metadata'])('says where it stands in a hit by %s', async (mode) => {
    const question = mode === 'metadata' ? { ...asked(one, mode), query: '' } : asked(one, mode);

    const { hits } = await ask(penstock.api, question);

    expect(hits).not.toEqual([]);
    for (const hit of hits) expect(hit).toMatchObject((await placeInStore(hit)) as object);
    if (mode !== 'metadata') expect(hits).toContainEqual(expect.objectContaining(one.place));
    for (const { text, startOffset, endOffset } of hits) expect(endOffset - startOffset).toBe(text.length);
  });

  it('says so in a passage for a prompt', async () => {
    const { body } = await penstock.api.json('/v1/context', { ...asked(one, 'hybrid'), tokens: 4_000 });

    expect(body['citations'] as Citation[]).toContainEqual(
      expect.objectContaining({ ...one.place, startOffset: expect.any(Number), endOffset: expect.any(Number) }),
    );
  });

  it('says so on the command line, for people and for programs', async () => {
    const args = [
      'search',
      ...one.query.split(' '),
      '-n',
      namespace,
      '--mode',
      'keyword',
      '--document',
      one.documentId,
    ];
    const environment = { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port, NO_COLOR: '1' };

    const [people, programs] = [
      await runPenstock(args, environment),
      await runPenstock([...args, '--json'], environment),
    ];

    expect(stripVTControlCharacters(people.out)).toMatch(one.shown);
    const { hits } = JSON.parse(programs.out) as { hits: Hit[] };
    expect(hits).toContainEqual(expect.objectContaining(one.place));
    for (const hit of hits) expect(hit).toMatchObject((await placeInStore(hit)) as object);
  });

  it('says so to an MCP client', async () => {
    const api = new MemoryApi({ url: penstock.api.address });
    const server = createMemoryServer({ api, version: '0', namespace, writes: false });
    const client = new Client({ name: 'test', version: '1' });
    const [here, there] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(there), client.connect(here)]);

    const result = await client.callTool({
      name: 'search_memory',
      arguments: { query: one.query, mode: 'keyword', limit: 20, filter: { documentId: [one.documentId] } },
    });

    const { hits } = result.structuredContent as { hits: Hit[] };
    expect(hits).toContainEqual(expect.objectContaining(one.place));
    for (const hit of hits) expect(hit).toMatchObject((await placeInStore(hit)) as object);
    expect(JSON.stringify(result.content)).toContain('startOffset');
    await client.close();
  });
});
