import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { PointLists } from './point-lists.js';
import { isConnectionLost, qdrantFailure } from './qdrant-failure.js';

const opened: { readonly server: Server; readonly lists: PointLists }[] = [];

afterEach(async () => {
  for (const { server, lists } of opened.splice(0)) {
    await lists.close();
    server.close();
  }
});

async function askOf(answer: RequestListener): Promise<PointLists> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lists = new PointLists({ url, apiKey: 'secret' });
  opened.push({ server, lists });
  return lists;
}

const failureOf = (lists: PointLists): Promise<unknown> => lists.of('chunks', []).catch((error: unknown) => error);

describe('lists of points', () => {
  it('are asked for by one request, with the key, and read as they stand', async () => {
    const heard: [string | undefined, IncomingHttpHeaders, string][] = [];
    const result = [{ points: [{ id: 'a', version: 1, score: 0.5, payload: { seq: 3 } }] }, { points: [] }];
    const lists = await askOf((request, response) => {
      let body = '';
      request.on('data', (bytes: Buffer) => (body += bytes.toString()));
      request.on('end', () => {
        heard.push([request.url, request.headers, body]);
        response.end(JSON.stringify({ result, status: 'ok', time: 0 }));
      });
    });

    const found = await lists.of('some chunks', [{ query: [1, 2], using: 'dense' }, { using: 'sparse' }]);

    const [[url, headers, body] = []] = heard;
    expect(found).toEqual(result);
    expect(url).toBe('/collections/some%20chunks/points/query/batch');
    expect(headers).toMatchObject({ 'api-key': 'secret', 'content-type': 'application/json' });
    expect(JSON.parse(body ?? '')).toEqual({ searches: [{ query: [1, 2], using: 'dense' }, { using: 'sparse' }] });
  });

  it.each<[number, string, object]>([
    [400, '{"status":{"error":"no such vector"}}', { kind: 'permanent', message: 'qdrant: no such vector' }],
    [401, '{"status":{"error":"no key"}}', { kind: 'transient', reason: 'qdrant-unauthorised' }],
    [429, '', { kind: 'transient', reason: 'qdrant-unavailable', retryAfterMs: 7_000 }],
    [503, 'busy', { kind: 'transient', reason: 'qdrant-unavailable' }],
  ])('that are refused with %i fail as those of the client do', async (status, body, failure) => {
    const lists = await askOf((_request, response) => {
      response.writeHead(status, { 'retry-after': '7' }).end(body);
    });

    expect(qdrantFailure(await failureOf(lists))).toMatchObject(failure);
  });

  it('are known to be lost with their connection', async () => {
    const lists = await askOf((request) => request.socket.destroy());

    expect(isConnectionLost(await failureOf(lists))).toBe(true);
  });
});
