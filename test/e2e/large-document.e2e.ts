import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aNamespace } from './penstock-under-test.js';
import { acceptedOf, PenstockApi } from './penstock-api.js';
import { startRoles, type RoleProcess } from './run-penstock.js';
import { StoreViews } from './store-views.js';

const megabyte = 1024 * 1024;
const growthMax = 300 * megabyte;
/** Three processes at once on a machine that has other work. */
const startMs = 240_000;
const groups = [
  ['api', 'relay', 'stager', 'ledger', 'janitor'],
  ['parser', 'extractor', 'embedder'],
  ['writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis'],
];
const namespace = aNamespace('large');
let folder: string;
let processes: RoleProcess[] = [];
let api: PenstockApi;
let stores: StoreViews;

beforeAll(async () => {
  stores = new StoreViews();
  folder = await mkdtemp(join(tmpdir(), 'penstock-large-'));
  const patience = { PENSTOCK_PARSE_TIMEOUT: '10m', PENSTOCK_HANDLER_DEADLINE: '12m' };
  const environment = { PENSTOCK_STAGING_FOLDER: folder, ...patience };
  processes = await Promise.all(groups.map((roles) => startRoles(roles, environment, startMs)));
  api = new PenstockApi(processes[0]?.address ?? '');
}, startMs);

afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()));
  await stores.close();
  await rm(folder, { recursive: true, force: true });
});

/** Prose of so many bytes in which every paragraph is another one, and a name stands here and there. */
function prose(bytes: number): string {
  const words =
    'the river carries what the rain has left and whoever lives by it learns to wait for better weather'.split(' ');
  const paragraphs: string[] = [];
  for (let size = 0, i = 0; size < bytes; i += 1) {
    const turned = [...words.slice(i % words.length), ...words.slice(0, i % words.length)].join(' ');
    const name = i % 500 === 0 ? ' John Smith works for ACME Corporation.' : '';
    const paragraph = `Line ${i}: ${`${turned}, `.repeat(8)}and so on.${name}`;
    paragraphs.push(paragraph);
    size += paragraph.length + 2;
  }
  return paragraphs.join('\n\n');
}

async function upload(documentId: string, content: string, withinMs: number) {
  const file = { name: `${documentId}.txt`, content };
  return api.outcome(acceptedOf(await api.upload(file, { namespace, documentId })).ingestionId, withinMs);
}

describe('a text of 20 MB', () => {
  it('goes through with default broker limits, and no process grows by 300 MB', async () => {
    expect((await upload('small', prose(20 * 1024), 120_000)).status).toBe('live');
    const before = processes.map((one) => one.residentBytes());

    const seen = await upload('large', prose(20 * megabyte), 600_000);

    expect(seen).toMatchObject({ status: 'live', error: null });
    processes.forEach((one, index) => expect(one.peakBytes() - (before[index] ?? 0)).toBeLessThan(growthMax));
    expect(seen.counts['parts']).toBeGreaterThan(100);
    const [row] = await stores.sql(
      'SELECT count(*)::int AS n, max(seq) AS last FROM penstock.live_chunks WHERE ingestion_id = $1',
      [seen.ingestionId],
    );
    expect(row).toEqual({ n: seen.counts['chunks'], last: Number(seen.counts['chunks']) - 1 });
    const match = {
      must: [
        { key: 'ingestion_id', match: { value: seen.ingestionId } },
        { key: 'live', match: { value: true } },
      ],
    };
    expect(await stores.qdrant.count('penstock_chunks', { filter: match, exact: true })).toEqual({ count: row?.['n'] });
    expect(await stores.redis.llen(`penstock:${namespace}:document:large:chunks`)).toBe(row?.['n']);
  }, 900_000);
});
