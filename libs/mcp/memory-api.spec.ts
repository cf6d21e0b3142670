import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { MemoryApi } from './memory-api.js';
import { documentPath } from './tool-context.js';

let server: Server;

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The API, as it is seen from outside: whatever answers there. */
async function answering(answer: RequestListener, below = ''): Promise<MemoryApi> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new MemoryApi({ url: `http://127.0.0.1:${port}${below}`, credentials: 'key' });
}

const json = (status: number, body: string): RequestListener => {
  return (_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};

describe('an answer of the API', () => {
  it('is what it says, asked for with body and key', async () => {
    const asked: unknown[] = [];
    const api = await answering((request, response) => {
      const { method, url, headers } = request;
      request.setEncoding('utf8').once('data', (body) => {
        asked.push([method, url, headers.authorization, headers['content-type'], body]);
        response.end('{"hits":[]}');
      });
    });

    expect(await api.post('/v1/search', { query: 'ü' })).toEqual({ hits: [] });
    expect(asked).toEqual([['POST', '/v1/search', 'Bearer key', 'application/json', '{"query":"ü"}']]);
  });

  it.each<[string, RequestListener]>([
    ['half a JSON object', json(200, '{"hits":[')],
    ['a page of something else', json(200, '<html></html>')],
    ['nothing', json(200, '')],
    ['null', json(200, 'null')],
    ['a list', json(200, '[]')],
    [
      'a body that breaks off',
      (_, response) => response.writeHead(200, { 'content-length': 100 }).write('{}', () => response.destroy()),
    ],
  ])('that is %s is no result', async (_, answer) => {
    const api = await answering(answer);

    await expect(api.get('/v1/whoami')).rejects.toMatchObject({ kind: 'transient', reason: 'api-unreadable' });
  });

  it.each<[number, string, object]>([
    [400, '{"detail":"no","reason":"bad-request"}', { kind: 'permanent', message: 'no', reason: 'bad-request' }],
    [503, '{"detail":"away","reason":"stores-away"}', { kind: 'transient', message: 'away', reason: 'stores-away' }],
    [502, '<html></html>', { kind: 'transient', message: 'the API answered 502' }],
    [404, 'null', { kind: 'permanent', message: 'the API answered 404' }],
  ])('of status %d is a failure: %s', async (status, body, failure) => {
    const api = await answering(json(status, body));

    await expect(api.delete('/v1/documents/d', { namespace: 'n' })).rejects.toMatchObject(failure);
  });
});

describe('a document', () => {
  it.each([
    ['.', '/below/v1/documents/%2E/chunks?namespace=n'],
    ['..', '/below/v1/documents/%2E%2E/chunks?namespace=n'],
    ['a.b', '/below/v1/documents/a.b/chunks?namespace=n'],
    ['a/../b ?#', '/below/v1/documents/a%2F..%2Fb%20%3F%23/chunks?namespace=n'],
  ])('called %j is asked for by that name', async (id, path) => {
    const asked: unknown[] = [];
    const api = await answering((request, response) => {
      asked.push(request.url);
      response.end('{}');
    }, '/below/');

    await api.get(`${documentPath(id)}/chunks`, { namespace: 'n' });

    expect(asked).toEqual([path]);
  });
});
