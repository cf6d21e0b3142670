import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startEventStream } from './event-stream.js';

let answer: (response: ServerResponse) => void = () => undefined;
const server = createServer((_request, response) => answer(response));
const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => void server.close());

describe('a stream of events', () => {
  it('answers at once, and a line break in the data ends no event', async () => {
    answer = (response) => {
      const send = startEventStream(response);
      send('board', { text: 'one\n\nevent: other' });
      response.end();
    };

    const response = await fetch(address());

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe('event: board\ndata: {"text":"one\\n\\nevent: other"}\n\n');
  });

  it('cuts off a client that reads nothing', async () => {
    const closed = new Promise<boolean>((resolve) => {
      answer = (response) => {
        const send = startEventStream(response);
        response.on('close', () => resolve(response.writableFinished));
        const turn = setInterval(() => send('board', 'x'.repeat(64 * 1024)), 1);
        response.on('close', () => clearInterval(turn));
      };
    });

    await fetch(address());

    expect(await closed).toBe(false);
  });
});
