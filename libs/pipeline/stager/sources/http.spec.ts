import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';

import { fetched, opened, WebServer } from './http-fixture.js';

const web = new WebServer();

beforeAll(() => web.start());
afterAll(() => web.stop());
beforeEach(() => {
  web.hits = 0;
  web.listener = (_request, response) => response.end('hello');
});

describe('an http source', () => {
  it('gives the body, inflated whatever its encoding', async () => {
    const texts = { gzip: 'zipped', deflate: 'deflated', br: 'brotli', 'gzip, br': 'both', identity: 'plain' };
    const encodings = {
      gzip: gzipSync(texts.gzip),
      deflate: deflateSync(texts.deflate),
      br: brotliCompressSync(texts.br),
      'gzip,%20br': brotliCompressSync(gzipSync(texts['gzip, br'])),
      identity: Buffer.from(texts.identity),
    };
    web.listener = ({ url }, response) => {
      const encoding = (url ?? '').slice(1) as keyof typeof encodings;
      response.setHeader('content-encoding', decodeURI(encoding)).end(encodings[encoding]);
    };

    for (const [encoding, text] of Object.entries(texts)) {
      expect((await fetched(web.page(`/${encoding}`))).toString()).toBe(text);
    }
  });

  it('follows redirects, each checked like the first address', async () => {
    web.listener = ({ url }, response) =>
      url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end('arrived');
    expect((await fetched(web.page('/a'))).toString()).toBe('arrived');

    web.listener = (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await expect(fetched(web.page('/a'))).rejects.toMatchObject({ reason: 'bad-location' });
  });

  it('gives up on a circle of redirects', async () => {
    web.listener = (_request, response) => response.writeHead(307, { location: '/again' }).end();

    await expect(fetched(web.page())).rejects.toMatchObject({ kind: 'permanent', reason: 'http-status' });
    expect(web.hits).toBe(4);
  });

  it.each([
    [404, 'permanent', undefined],
    [403, 'permanent', undefined],
    [503, 'transient', 7_000],
    [429, 'transient', 7_000],
  ])('answering %i is %s', async (status, kind, retryAfterMs) => {
    web.listener = (_request, response) => response.writeHead(status, { 'retry-after': '7' }).end();

    await expect(fetched(web.page())).rejects.toMatchObject({ kind, retryAfterMs, reason: 'http-status' });
  });

  it('that announces too much is refused before its body is read', async () => {
    web.listener = (_request, response) => response.writeHead(200, { 'content-length': 2_000_000 }).end();

    await expect(fetched(web.page())).rejects.toMatchObject({ kind: 'permanent', reason: 'too-large' });
  });

  it('that does not answer in time may answer later', async () => {
    web.listener = () => undefined;

    await expect(fetched(web.page(), { timeoutMs: 150 })).rejects.toMatchObject({
      kind: 'transient',
      reason: 'timeout',
    });
  });

  it('that stops in the middle of its body may go on later', async () => {
    web.listener = (_request, response) => response.write('half');

    await expect(fetched(web.page(), { timeoutMs: 150 })).rejects.toMatchObject({
      kind: 'transient',
      reason: 'timeout',
    });
  });

  it('that sends a broken encoding is corrupt for good', async () => {
    web.listener = (_request, response) => response.setHeader('content-encoding', 'gzip').end('this is no gzip');

    await expect(fetched(web.page())).rejects.toMatchObject({ kind: 'permanent', reason: 'corrupt' });
  });

  it('that nobody listens on may come back', async () => {
    await expect(fetched('http://127.0.0.1:1/')).rejects.toMatchObject({
      kind: 'transient',
      reason: 'http-unreachable',
    });
  });

  it('that asks for more patience than is left, or has been tried for too long, is given up', async () => {
    web.listener = (_request, response) => response.writeHead(429, { 'retry-after': '90' }).end();
    await expect(fetched(web.page())).rejects.toMatchObject({ kind: 'permanent', reason: 'http-status' });

    web.listener = () => undefined;
    const impatient = fetched(web.page(), { timeoutMs: 150, deadlineMs: 0 });
    await expect(impatient).rejects.toMatchObject({ kind: 'permanent', reason: 'timeout' });
  });

  it.each([
    ['text/html; charset=ISO-8859-15', 'latin9', 'Preis: 5 €'],
    ['text/plain;charset="windows-1251"', 'windows-1251', 'Привет'],
    ['application/xml; charset=utf-16le', 'utf-16le', 'ünï'],
    ['text/csv; charset=shift_jis', 'shift_jis', '東京'],
  ])('of type %s is given in UTF-8', async (type, charset, text) => {
    web.listener = (_request, response) => response.setHeader('content-type', type).end(iconv.encode(text, charset));

    expect((await fetched(web.page())).toString()).toBe(`\ufeff${text}`);
  });

  it.each([
    ['image/png; charset=iso-8859-1', Buffer.from([0x89, 0x50, 0xff])],
    ['text/plain; charset=no-such-thing', Buffer.from([0xe4])],
    ['text/plain; charset=iso-8859-1', Buffer.from('\ufeffä')],
    ['text/plain; charset=utf-8', Buffer.from('ä')],
  ])('of type %s is given as it is', async (type, bytes) => {
    web.listener = (_request, response) => response.setHeader('content-type', type).end(bytes);

    expect(await fetched(web.page())).toEqual(bytes);
  });

  it('says what the server said of it', async () => {
    const headers = { 'content-type': 'text/csv; header=present', etag: '"7"', 'last-modified': 'x'.repeat(300) };
    web.listener = (_request, response) => response.writeHead(200, headers).end('a,b');

    expect((await opened(web.page())).notes).toEqual({
      ...{ mediaType: 'text/csv', etag: '"7"' },
      addressHash: createHash('sha256').update(web.page()).digest('hex'),
    });
  });

  it('that packs more than its limit, once or twice, ends at the limit', async () => {
    const zeros = gzipSync(Buffer.alloc(50_000_000));
    web.listener = ({ url }, response) =>
      url === '/'
        ? response.setHeader('content-encoding', 'gzip').end(zeros)
        : response.setHeader('content-encoding', 'gzip, gzip, gzip').end(zeros);

    const { stream } = await opened(web.page());
    let bytes = 0;
    for await (const piece of stream) {
      bytes += (piece as Buffer).length;
      if (bytes > 1_000_000) break;
    }
    expect(bytes).toBeLessThan(2_000_000);
    await expect(opened(web.page('/thrice'))).rejects.toMatchObject({ kind: 'permanent', reason: 'unsupported' });
  });

  it('that nobody reads lets its connection go, and fails nobody', async () => {
    const closed = Promise.withResolvers<void>();
    web.listener = (_request, response) => {
      response.on('close', () => closed.resolve());
      response.write('the first of many');
    };

    (await opened(web.page())).stream.destroy();

    await closed.promise;
  });
});
