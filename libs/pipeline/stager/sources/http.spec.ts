import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync, brotliCompressSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { aSubmission } from '../submission.builder.js';
import { Http, type HttpOptions } from './http.js';

let hits = 0;
let port = 0;
let listener: RequestListener;
const server: Server = createServer((request, response) => {
  hits += 1;
  listener(request, response);
});

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '0.0.0.0', ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  hits = 0;
  listener = (_request, response) => response.end('hello');
});

async function fetched(location: string, options: Partial<HttpOptions> = {}, bytesMax = 1_000_000): Promise<string> {
  const http = new Http({ allowPrivate: true, ports: [port], timeoutMs: 5_000, ...options });
  const stream = await http.open(aSubmission({ source: 'http', location }), {
    bytesMax,
    signal: new AbortController().signal,
  });
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

const here = (path = '/'): string => `http://127.0.0.1:${port}${path}`;

describe('loopback', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0',
    '0.0.0.0',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[0:0:0:0:0:0:0:1]',
    '127。0。0。1',
    '１２７.0.0.1',
    '①②⑦.⓪.⓪.①',
    '%31%32%37.0.0.1',
    '127.0.0.1.',
    '127.255.255.254',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'example.com@127.0.0.1',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ])('spelled %s is never asked', async (host) => {
    const outcome = fetched(`http://${host}:${port}/`, { allowPrivate: false });

    await expect(outcome).rejects.toMatchObject({ kind: 'permanent', reason: 'blocked-address' });
    expect(hits).toBe(0);
  });

  it('hidden before a backslash is never asked', async () => {
    await expect(fetched(`http://127.0.0.1:${port}\\@example.com/`, { allowPrivate: false })).rejects.toMatchObject({
      reason: 'blocked-address',
    });
    expect(hits).toBe(0);
  });

  it('is not reached by a name that is public first and loopback when it is asked again', async () => {
    const answers = ['192.0.2.1', '127.0.0.1'];
    const resolve: HttpOptions['resolve'] = (_host, done) => done(null, [{ address: answers.pop() ?? '', family: 4 }]);
    const options = { allowPrivate: false, resolve };

    await expect(fetched(`http://rebinding.example:${port}/`, options)).rejects.toMatchObject({
      reason: 'blocked-address',
    });
    await expect(fetched(`http://rebinding.example:${port}/`, options)).rejects.toMatchObject({
      reason: 'blocked-address',
    });
    expect(hits).toBe(0);
  });

  it('is not reached by a data address', async () => {
    await expect(fetched('data:text/plain,hello')).rejects.toMatchObject({ reason: 'bad-location' });
  });
});

describe('an http source', () => {
  it('gives the body, inflated whatever its encoding', async () => {
    const encodings = { gzip: gzipSync('zipped'), br: brotliCompressSync('brotli'), identity: Buffer.from('plain') };
    listener = ({ url }, response) => {
      const encoding = (url ?? '').slice(1) as keyof typeof encodings;
      response.setHeader('content-encoding', encoding).end(encodings[encoding]);
    };

    expect([await fetched(here('/gzip')), await fetched(here('/br')), await fetched(here('/identity'))]).toEqual([
      'zipped',
      'brotli',
      'plain',
    ]);
  });

  it('follows redirects, each checked like the first address', async () => {
    listener = ({ url }, response) =>
      url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end('arrived');
    expect(await fetched(here('/a'))).toBe('arrived');

    listener = (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await expect(fetched(here('/a'))).rejects.toMatchObject({ reason: 'bad-location' });
  });

  it('gives up on a circle of redirects', async () => {
    listener = (_request, response) => response.writeHead(307, { location: '/again' }).end();

    await expect(fetched(here())).rejects.toMatchObject({ kind: 'permanent', reason: 'http-status' });
    expect(hits).toBe(4);
  });

  it.each([
    [404, 'permanent', undefined],
    [403, 'permanent', undefined],
    [503, 'transient', 7_000],
    [429, 'transient', 7_000],
  ])('answering %i is %s', async (status, kind, retryAfterMs) => {
    listener = (_request, response) => response.writeHead(status, { 'retry-after': '7' }).end();

    await expect(fetched(here())).rejects.toMatchObject({ kind, retryAfterMs, reason: 'http-status' });
  });

  it('that announces too much is refused before its body is read', async () => {
    listener = (_request, response) => response.writeHead(200, { 'content-length': 2_000_000 }).end();

    await expect(fetched(here())).rejects.toMatchObject({ kind: 'permanent', reason: 'too-large' });
  });

  it('that does not answer in time may answer later', async () => {
    listener = () => undefined;

    await expect(fetched(here(), { timeoutMs: 150 })).rejects.toMatchObject({
      kind: 'transient',
      reason: 'http-timeout',
    });
  });

  it('that stops in the middle of its body may go on later', async () => {
    listener = (_request, response) => response.write('half');

    await expect(fetched(here(), { timeoutMs: 150 })).rejects.toMatchObject({
      kind: 'transient',
      reason: 'http-timeout',
    });
  });

  it('that sends a broken encoding is corrupt for good', async () => {
    listener = (_request, response) => response.setHeader('content-encoding', 'gzip').end('this is no gzip');

    await expect(fetched(here())).rejects.toMatchObject({ kind: 'permanent', reason: 'corrupt' });
  });

  it('that nobody listens on may come back', async () => {
    await expect(fetched('http://127.0.0.1:1/')).rejects.toMatchObject({
      kind: 'transient',
      reason: 'http-unreachable',
    });
  });
});
