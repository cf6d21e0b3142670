import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { zipOf } from '../bad-input/zip-bytes.js';
import { testStack } from '../services/addresses.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import type { IngestionSeen } from './penstock-api.js';
import { runPenstock, type Finished } from './run-penstock.js';
import { acmeReport, sample } from './samples.js';

const namespace = aNamespace('cli');
let folder: string;
let penstock: PenstockUnderTest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-cli-'));
  penstock = await startPenstock({ failWriter: 'neo4j:refused' });
});

afterAll(async () => {
  await penstock.stop();
  await rm(folder, { recursive: true, force: true });
  expect(penstock.fatal).toEqual([]);
});

/** The command, told where the API of this test is. */
function run(...args: string[]): Promise<Finished> {
  return runPenstock(args, { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port });
}

async function aFolder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(join(folder, name, 'inner'), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), text);
  return join(folder, name);
}

const idsOf = (finished: Finished): string[] =>
  parsed<IngestionSeen[]>(finished).map(({ documentId, status }) => `${status} ${documentId}`);

function parsed<T>({ out }: Finished): T {
  return JSON.parse(out) as T;
}

/** One line that says what is wrong, and no stack trace. */
function oneClearLine({ err }: Finished): string {
  const lines = err
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  expect(lines.filter((line) => /^\s+at /.test(line))).toEqual([]);
  return lines[0] ?? '';
}

describe('penstock ingest', () => {
  it('ingests a folder, prints an array of ingestions and ends with 0', async () => {
    const files = { 'a.txt': acmeReport, 'inner/b.md': sample('stuttgart-plant.md'), '.hidden': 'not this' };
    const path = await aFolder('good', files);

    const finished = await run('ingest', path, '--namespace', namespace, '--json');

    expect(finished.code).toBe(0);
    expect(finished.err).toContain('1 hidden file left out');
    const ingestions = parsed<IngestionSeen[]>(finished);
    expect(ingestions.map(({ documentId }) => documentId)).toEqual([`${path}/a.txt`, `${path}/inner/b.md`]);
    for (const ingestion of ingestions) {
      expect(ingestion).toMatchObject({ status: 'live', namespace, version: 1, error: null });
      expect(await penstock.api.ingestion(ingestion.ingestionId)).toEqual(ingestion);
    }
  });

  it('ends with 1 if any document did not become live, and tells of all of them', async () => {
    const path = await aFolder('mixed', { 'good.txt': acmeReport, 'refused.txt': acmeReport, 'empty.txt': '' });

    const [json, text] = await Promise.all([
      run('ingest', path, '-n', namespace, '--json'),
      run('ingest', path, '-n', aNamespace('cli')),
    ]);

    expect(json.code).toBe(1);
    const statuses = parsed<IngestionSeen[]>(json).map(({ status, error }) => [status, error?.reason]);
    expect(statuses).toEqual([
      ['failed', 'empty'],
      ['live', undefined],
      ['rolled_back', 'failure-drill'],
    ]);
    expect(text.code).toBe(1);
    for (const word of ['the file is empty', 'live', 'rolled_back', 'failure drill']) expect(text.out).toContain(word);
  });

  it('tells of what lies in a document as well, and ends with 1 if that did not become live', async () => {
    const path = join(folder, 'papers.zip');
    const members = ['good.txt', 'refused.txt'].map((name) => ({ name, data: acmeReport }));
    await writeFile(path, zipOf(members));

    const finished = await run('ingest', path, '-n', namespace, '--json');

    const children = [
      { documentId: `${path}!/members/1-good.txt`, status: 'live' },
      { documentId: `${path}!/members/2-refused.txt`, status: 'rolled_back', error: { reason: 'failure-drill' } },
    ];
    expect(parsed(finished)).toMatchObject([{ documentId: path, status: 'live', children }]);
    expect(finished.code).toBe(1);
  });
});

describe('penstock ingest with patterns', () => {
  const files = { 'a.md': acmeReport, 'b.txt': acmeReport, '.c.md': acmeReport, 'd[1].txt': acmeReport };
  const deep = { 'inner/a.md': acmeReport, 'inner/b.html': '<p>Maria Keller left.</p>' };

  it('expands those that the shell did not, from where it stands, and calls documents by what it was given', async () => {
    const cwd = await aFolder('patterns', { ...files, ...deep });
    const ingest = async (...given: string[]): Promise<string[]> => {
      const command = ['ingest', ...given, '-n', aNamespace('cli'), '--json'];
      const finished = await runPenstock(command, { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port }, cwd);
      expect(finished.code).toBe(0);
      return idsOf(finished);
    };

    expect(await ingest('*.md')).toEqual(['live a.md']);
    expect(await ingest('./**/*.{md,html}')).toEqual(['live a.md', 'live inner/a.md', 'live inner/b.html']);
    expect(await ingest(`${cwd}/inner/?.html`, 'b.txt', 'd[1].txt')).toEqual([
      `live ${cwd}/inner/b.html`,
      'live b.txt',
      'live d[1].txt',
    ]);
    expect(await ingest('*', '.c.md')).toEqual(['live a.md', 'live b.txt', 'live d[1].txt', 'live .c.md']);
  });

  it('ends with 1 and says so if nothing matches, and ingests nothing', async () => {
    const cwd = await aFolder('patterns', files);
    const ofNobody = aNamespace('cli');

    const finished = await run('ingest', join(cwd, 'a.md'), join(cwd, '*.pdf'), '-n', ofNobody);

    expect(finished).toMatchObject({ code: 1, out: '' });
    expect(oneClearLine(finished)).toContain(`nothing matches ${join(cwd, '*.pdf')}`);
    const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${ofNobody}`);
    expect(body['items']).toEqual([]);
  });
});

describe('penstock show and delete', () => {
  it('shows a document and its ingestion, and deletes it from all stores', async () => {
    const { ingestionId } = await penstock.api.inline(namespace, 'shown', acmeReport);
    await penstock.api.outcome(ingestionId);

    const [document, report, story] = await Promise.all([
      run('show', 'shown', '-n', namespace, '--chunks', '--json'),
      run('show', ingestionId, '--json'),
      run('show', ingestionId),
    ]);
    expect(parsed(document)).toMatchObject({ documentId: 'shown', live: { ingestionId, chunks: [{ seq: 0 }] } });
    expect(parsed(report)).toMatchObject({ ingestionId, status: 'live' });
    for (const word of ['live', 'StorePromoted', 'entities 10', 'neo4j live']) expect(story.out).toContain(word);

    const deleted = await run('delete', 'shown', '-n', namespace, '--json');
    expect(deleted.code).toBe(0);
    expect(parsed(deleted)).toMatchObject({ status: 'retracted', kind: 'retraction' });
    expect((await penstock.api.document(namespace, 'shown')).body['live']).toBeNull();
    expect([document.code, report.code, story.code]).toEqual([0, 0, 0]);
  });

  it('say in one line what is not there, and end with 1', async () => {
    const gone = await Promise.all([
      run('show', 'never-there', '-n', namespace),
      run('delete', 'never-there', '-n', namespace),
      run('ingest', '/no/such/file', '-n', namespace),
      run('ingest', await aFolder('empty', {}), '-n', namespace),
      runPenstock(['show', 'any'], { PENSTOCK_HTTP_PORT: '1' }),
    ]);

    expect(gone.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(gone.map(oneClearLine)).toEqual([
      'penstock: no such document',
      'penstock: no such document',
      'penstock: no such file or folder: /no/such/file',
      `penstock: no files in ${join(folder, 'empty')}`,
      expect.stringContaining('no answer from http://127.0.0.1:1;'),
    ]);
  });
});

describe('penstock status', () => {
  it('shows every service, role, lag, outbox, sagas and dead letters as JSON', async () => {
    const finished = await run('status', '--json');
    const status = parsed<Record<string, Record<string, unknown>>>(finished);

    const addresses = { ...testStack(), api: penstock.api.address };
    const services = Object.entries(addresses).map(([name, address]) => [
      name,
      { address: address.replace('penstock:penstock@', ''), healthy: true, state: 'healthy' },
    ]);
    expect(status['services']).toMatchObject(Object.fromEntries(services) as object);
    const roles = status['roles'] as unknown as { role: string; members: number }[];
    const names = ['stager', 'parser', 'extractor', 'embedder', 'ledger', 'janitor'];
    const writers = ['neo4j', 'postgres', 'qdrant', 'redis'].map((store) => `writer-${store}`);
    expect(roles.map(({ role }) => role)).toEqual(expect.arrayContaining([...names, ...writers]));
    expect(status['lag']).toHaveProperty('stager');
    expect(status).toMatchObject({ outbox: { rows: expect.any(Number) }, sagas: { undecided: expect.any(Number) } });
    expect(status['deadLetters']).toEqual(expect.any(Number));
    expect(finished.code).toBe(0);
  });
});

describe('penstock told wrongly', () => {
  it('explains itself when asked', async () => {
    const [help, of] = await Promise.all([run('--help'), run('ingest', '--help')]);

    expect([help.code, of.code]).toEqual([0, 0]);
    for (const name of ['up', 'down', 'status', 'run', 'ingest', 'show', 'delete']) {
      expect(help.out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(of.out).toContain('--namespace');
  });

  it('ends with another code than 0, and says what is wrong first', async () => {
    const wrong = await Promise.all([
      run('ingets', folder),
      run('ingest'),
      run('show', 'a', '--colour'),
      run('run', '--roles', 'stager,juggler'),
      runPenstock(['status'], { PENSTOCK_PARTITIONS: 'many' }),
    ]);

    for (const { code } of wrong) expect([1, 2]).toContain(code);
    expect(wrong.map(oneClearLine)).toEqual([
      expect.stringContaining("unknown command 'ingets'"),
      expect.stringContaining('missing required argument'),
      expect.stringContaining("unknown option '--colour'"),
      expect.stringContaining('no role is called juggler'),
      expect.stringContaining('PENSTOCK_PARTITIONS'),
    ]);
  });
});
