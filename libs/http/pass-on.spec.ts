import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';

import { passOn } from './pass-on.js';

let api: Server;
let door: Server;
const ended = Promise.withResolvers<string>();

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  api = await listening(
    createServer((request, response) => {
      if (request.url === '/v1/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n');
        response.on('close', () => ended.resolve('the client went'));
        return;
      }
      const { authorization, host } = request.headers;
      let body = '';
      request.on('data', (bytes) => (body += String(bytes)));
      request.on('end', () => {
        response.writeHead(202, { 'content-type': 'application/json', 'x-own': 'yes' });
        response.end(JSON.stringify({ url: request.url, authorization, host, body }));
      });
    }),
  );
  door = await listening(createServer(express().use('/v1', passOn(new URL(addressOf(api))))));
});

afterAll(() => {
  for (const server of [api, door]) server.closeAllConnections();
  for (const server of [api, door]) server.close();
});

describe('what is passed on', () => {
  it('is the request as it is, to the API and nowhere else; and its answer', async () => {
    const headers = { authorization: 'Bearer key' };
    const response = await fetch(`${addressOf(door)}/v1//elsewhere.example/?a=b`, {
      method: 'POST',
      body: 'x',
      headers,
    });

    expect(response.status).toBe(202);
    expect(response.headers.get('x-own')).toBe('yes');
    expect(await response.json()).toEqual({
      ...{ url: '/v1//elsewhere.example/?a=b', authorization: 'Bearer key', body: 'x' },
      host: new URL(addressOf(api)).host,
    });
  });

  it('is a stream as it comes, which ends when its reader goes', async () => {
    const left = new AbortController();
    const response = await fetch(`${addressOf(door)}/v1/events`, { signal: left.signal });
    const first = await response.body?.getReader().read();
    left.abort();

    expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe('data: first\n\n');
    expect(await ended.promise).toBe('the client went');
  });

  it('is a problem if the API is away', async () => {
    const away = await listening(createServer(express().use('/v1', passOn(new URL('http://127.0.0.1:9')))));
    const response = await fetch(`${addressOf(away)}/v1/board`);
    away.close();

    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ reason: 'unreachable', detail: 'the API can not be reached' });
  });
});
