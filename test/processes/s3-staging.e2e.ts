import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { eventually } from '../e2e/eventually.js';
import { PenstockApi, acceptedOf } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { startRoles, type RoleProcess } from '../e2e/run-penstock.js';
import { StoreViews } from '../e2e/store-views.js';
import { serveText, type WebServer } from '../e2e/web-server.js';
import { startS3Store, type S3Store } from '../services/s3-store.js';

const longMs = 400_000;
const namespace = aNamespace('machines');
/** What two parsers read and three processes wrote; more than enough that each gets some of it. */
const uploads = 16;
const pages = 16;
/** A process each stands for a machine: they share the services and the bucket, and no folder. */
const machines = [
  ['api', 'relay', 'ledger', 'janitor', 'extractor', 'embedder', 'dead-letters'],
  ['writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis'],
  ['stager'],
  ['stager'],
  ['parser'],
  ['parser'],
];
const folder = mkdtempSync(join(tmpdir(), 'penstock-machines-'));
const folderOf = (machine: number): string => join(folder, `staging-${machine}`);
let store: S3Store;
let site: WebServer;
let processes: RoleProcess[] = [];
let api: PenstockApi;
let stores: StoreViews;

jest.setTimeout(2 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  const texts = Array.from({ length: pages }, (_, at) => [
    `/${at}.txt`,
    { type: 'text/plain', body: `Maria Keller of page ${at} works for ACME Corporation.` },
  ]);
  [store, site] = await Promise.all([startS3Store(), serveText(Object.fromEntries(texts))]);
  const { settings } = store;
  const environment = {
    PENSTOCK_STAGING_S3_BUCKET: settings.stagingBucket,
    PENSTOCK_STAGING_S3_ENDPOINT: settings.stagingEndpoint,
    PENSTOCK_STAGING_S3_ACCESS_KEY: settings.stagingAccessKey,
    PENSTOCK_STAGING_S3_SECRET_KEY: settings.stagingSecretKey,
  };
  processes = await Promise.all(
    machines.map((roles, machine) =>
      startRoles(roles, { ...environment, PENSTOCK_STAGING_FOLDER: folderOf(machine) }, longMs),
    ),
  );
  api = new PenstockApi(processes[0]?.address ?? '');
});

afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()));
  await Promise.all([store.stop(), site.close(), stores.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** How many events a process has handled in a role, as it says on its page of metrics. */
async function handled({ address }: RoleProcess, role: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('penstock_events_total{'));
  const done = lines.filter((line) => line.includes(`role="${role}"`) && line.includes('outcome="done"'));
  return done.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('two stagers and two parsers that share a bucket and no folder', () => {
  it('share the work, and every document becomes live with the text that was staged elsewhere', async () => {
    const uploaded = Array.from({ length: uploads }, (_, at) =>
      api.upload({ name: `${at}.md`, content: `# Upload ${at}\n\nJohn Smith of upload ${at}.` }, { namespace }),
    );
    const fetched = Array.from({ length: pages }, (_, at) =>
      api.submit({ namespace, documentId: `page-${at}`, source: 'http', location: `${site.address}/${at}.txt` }),
    );
    const accepted = [...(await Promise.all(uploaded)).map(acceptedOf), ...(await Promise.all(fetched))];
    const seen = await Promise.all(accepted.map(({ ingestionId }) => api.outcome(ingestionId, longMs)));

    expect(seen.map(({ status, error }) => ({ status, error }))).toEqual(
      seen.map(() => ({ status: 'live', error: null })),
    );
    const chunks = await stores.sql('SELECT document_id, text FROM penstock.live_chunks WHERE namespace = $1', [
      namespace,
    ]);
    const textOf = new Map(chunks.map(({ document_id, text }) => [String(document_id), String(text)]));
    for (let at = 0; at < uploads; at += 1) expect(textOf.get(`${at}.md`)).toContain(`John Smith of upload ${at}.`);
    for (let at = 0; at < pages; at += 1) expect(textOf.get(`page-${at}`)).toContain(`Maria Keller of page ${at} `);
    const [, , ...pairs] = processes;
    const roles = ['stager', 'stager', 'parser', 'parser'];
    for (const [at, one] of pairs.entries()) expect(await handled(one, roles[at] ?? '')).toBeGreaterThan(0);
  });

  it('leave nothing in the bucket, and never looked at a folder', async () => {
    await eventually('the bucket to be empty', () => (store.objects().length === 0 ? true : undefined), longMs);

    expect(machines.map((_, machine) => existsSync(folderOf(machine)))).toEqual(machines.map(() => false));
  });
});
