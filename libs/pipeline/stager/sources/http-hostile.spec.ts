import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { SourceValidators } from '../admission.js';
import { FolderStaging } from '../folder-staging.js';
import { validatorsOf } from '../stage-source.js';
import { aSubmission } from '../submission.builder.js';
import { fetched, opened, WebServer } from './http-fixture.js';
import { Http, type HttpOptions } from './http.js';
import type { OpenedSource } from './source.js';

const web = new WebServer();
const id = '01900000-0000-7000-8000-000000000001';
const bytesMax = 1_000_000;
const signal = new AbortController().signal;
let folder: string;
let staging: FolderStaging;

beforeAll(() => web.start());
afterAll(() => web.stop());
beforeEach(async () => {
  web.hits = 0;
  folder = await mkdtemp(join(tmpdir(), 'penstock-hostile-'));
  staging = new FolderStaging(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Stages a page under the limit, as the stager does. */
async function put(location: string): Promise<unknown> {
  const { stream } = await opened(location, {}, bytesMax);
  return staging.put(id, stream, { bytesMax, signal });
}

/** Writes as fast as the reader takes it, until all is sent or the reader goes; says how much was sent. */
function pour(response: ServerResponse, total: number): () => number {
  const piece = Buffer.alloc(65_536, 'gauge ');
  let sent = 0;
  const more = (): void => {
    while (sent < total && !response.destroyed) {
      sent += piece.length;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
  return () => sent;
}

describe('a hostile server', () => {
  it('that sends 10 GB without saying so is cut off at the limit, and leaves nothing in staging', async () => {
    const gone = Promise.withResolvers<void>();
    let sent = (): number => 0;
    web.listener = (_request, response) => {
      response.on('close', () => gone.resolve());
      sent = pour(response, 10_000_000_000);
    };

    await expect(put(web.page())).rejects.toMatchObject({ kind: 'permanent', reason: 'too-large' });

    await gone.promise;
    expect(sent()).toBeLessThan(100_000_000);
    const left = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
    expect(await staging.stat(id)).toBeUndefined();
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
    ['gzip, br', brotliCompressSync(gzipSync(Buffer.alloc(50_000_000)))],
  ])('that packs 50 MB as %s into a small body is cut off at the limit', async (encoding, body) => {
    web.listener = (_request, response) => response.setHeader('content-encoding', encoding).end(body);

    expect(body.length).toBeLessThan(bytesMax);
    await expect(put(web.page())).rejects.toMatchObject({ kind: 'permanent', reason: 'too-large' });
    expect(await staging.stat(id)).toBeUndefined();
  });

  it('that drips, so that it is never silent, is given up all the same', async () => {
    const drips: NodeJS.Timeout[] = [];
    web.listener = (_request, response) => void drips.push(setInterval(() => response.write('.'), 20));

    await expect(fetched(web.page(), { timeoutMs: 400 })).rejects.toMatchObject({
      kind: 'transient',
      reason: 'timeout',
    });
    drips.forEach((drip) => clearInterval(drip));
  });
});

describe('a name that alternates', () => {
  it('is asked for anew at each connection, and reaches only the addresses that pass', async () => {
    const allowed = '127.0.0.2';
    const asked: string[] = [];
    const resolve: HttpOptions['resolve'] = (_host, done) => {
      asked.push(asked.length % 2 === 0 ? allowed : '127.0.0.1');
      done(null, [{ address: asked.at(-1) ?? '', family: 4 }]);
    };
    const reached: (string | undefined)[] = [];
    web.listener = ({ socket }, response) => {
      reached.push(socket.localAddress?.replace('::ffff:', ''));
      response.setHeader('connection', 'close').writeHead(302, { location: '/again' }).end();
    };
    const options = { allowPrivate: false, ports: [web.port], networks: [`${allowed}/32`], resolve };

    const outcome = fetched(`http://rebinding.example:${web.port}/`, options);

    await expect(outcome).rejects.toMatchObject({ kind: 'permanent', reason: 'blocked-address' });
    expect(asked).toEqual([allowed, '127.0.0.1']);
    expect(reached).toEqual([allowed]);
  });
});

describe('what the server said before', () => {
  const date = 'Sat, 28 Nov 2026 05:00:00 GMT';
  const http = new Http({ allowPrivate: true, networks: [], ports: [], timeoutMs: 5_000, deadlineMs: 60_000 });
  const conditionNames = ['if-none-match', 'if-modified-since'] as const;

  /** Opens a page of the server, as one that said this before, or of which nothing is known. */
  const open = (path: string, validators?: SourceValidators | null): Promise<OpenedSource | 'unmodified'> => {
    const limits = { bytesMax, signal, triedForMs: 0, ...(validators ? { validators } : {}) };
    return http.open(aSubmission({ source: 'http', location: web.page(path) }), limits);
  };
  /** What the stager keeps of a page, to ask with it later. */
  const kept = async (path: string): Promise<SourceValidators | null> => {
    const answer = await open(path);
    if (answer === 'unmodified') throw new Error('nobody asked whether it was modified');
    answer.stream.destroy();
    return validatorsOf(answer.notes ?? {});
  };
  const textOf = async (answer: OpenedSource | 'unmodified'): Promise<string> =>
    answer === 'unmodified' ? answer : text(answer.stream);

  it.each([
    [{ etag: '"7"' }, { 'if-none-match': '"7"' }],
    [{ 'last-modified': date }, { 'if-modified-since': date }],
    [
      { etag: '"7"', 'last-modified': date },
      { 'if-none-match': '"7"', 'if-modified-since': date },
    ],
  ])('as %j is asked for, and its answer is believed', async (said, conditions) => {
    const seen: Record<string, unknown>[] = [];
    web.listener = ({ headers }, response) => {
      const names = conditionNames.filter((name) => headers[name] !== undefined);
      seen.push(Object.fromEntries(names.map((name) => [name, headers[name]])));
      response.writeHead(names.length > 0 ? 304 : 200, said).end();
    };

    expect(await open('/', await kept('/'))).toBe('unmodified');
    expect(seen).toEqual([{}, conditions]);
  });

  it.each([
    ['date', { '/v2': { 'last-modified': date }, '/v1': { 'last-modified': 'Fri, 20 Nov 2026 05:00:00 GMT' } }],
    ['tag', { '/v2': { etag: '"7"' }, '/v1': { etag: '"7"' } }],
  ])(
    'is not asked of an address that it redirects to since, which would take the %s for its own',
    async (_by, pages) => {
      let leadsTo = '/v2';
      web.listener = ({ url, headers }, response) => {
        const said = pages[url as keyof typeof pages] as Readonly<Record<string, string>> | undefined;
        if (said === undefined) return void response.writeHead(302, { location: leadsTo }).end();
        const modifiedMs = Date.parse(said['last-modified'] ?? '');
        const isSame =
          headers['if-none-match'] === '"7"' || Date.parse(headers['if-modified-since'] ?? '') >= modifiedMs;
        response.writeHead(isSame ? 304 : 200, said).end(isSame ? undefined : `the text of ${url ?? ''}`);
      };
      const before = await kept('/latest');

      expect(await textOf(await open('/latest', before))).toBe('unmodified');
      leadsTo = '/v1';
      expect(await textOf(await open('/latest', before))).toBe('the text of /v1');
    },
  );

  it('is asked for nowhere if nobody noted which address said it', async () => {
    const asked: unknown[] = [];
    web.listener = ({ url, headers }, response) => {
      asked.push(...conditionNames.map((name) => headers[name]));
      if (url === '/latest') response.writeHead(302, { location: '/' }).end();
      else response.end('hello');
    };

    expect(await textOf(await open('/latest', { etag: '"7"', lastModified: date }))).toBe('hello');
    expect(asked).toEqual(Array(4).fill(undefined));
  });

  it('is nothing if nobody asked: an answer of 304 is no document', async () => {
    web.listener = (_request, response) => response.writeHead(304).end();

    await expect(fetched(web.page())).rejects.toMatchObject({ kind: 'permanent', reason: 'http-status' });
  });
});
