import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';

import { anyone } from '#access';
import { BoardWatch } from '#board';

import { BoardController } from './board.controller.js';
import type { IdentifiedRequest } from './needs.js';

/** A board on which nothing can be read: it is handed out all the same. */
const away = (): Promise<never> => Promise.reject(new Error('away'));
const watch = new BoardWatch({ flow: away, work: away, nowMs: () => 0 });
const controller = new BoardController(watch);
const request = { stillFrom: () => Promise.resolve(anyone) } as unknown as IdentifiedRequest;
const server = createServer((_request, response: ServerResponse) => controller.events(request, response as Response));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function firstEvent(): Promise<string | undefined> {
  const { body } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const read = await body?.pipeThrough(new TextDecoderStream()).getReader().read();
  return read?.value;
}

describe('the stream of the board', () => {
  it('begins with the last board for whoever comes while others watch', async () => {
    const [first, second] = [await firstEvent(), await firstEvent()];
    watch.stop();

    expect(first).toMatch(/^event: board\n/);
    expect(second).toBe(first);
  });
});
