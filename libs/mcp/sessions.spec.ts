import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { MemoryApi } from './memory-api.js';
import { serveHttp, type HttpOptions, type ServedHttp } from './serve-http.js';
import { createMemoryServer } from './server.js';
import type { SessionBounds } from './sessions.js';

const hourMs = 3_600_000;
const withinMs = 10_000;
const protocol = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
let served: ServedHttp;
/** A stream whose response nobody holds is closed with the garbage. */
let streams: { readonly stream: AbortController; readonly response: Response }[] = [];

afterEach(async () => {
  for (const { stream } of streams) stream.abort();
  streams = [];
  await served.close();
});

const ownerOfKey: HttpOptions['ownerOf'] = (key = '') => Promise.resolve({ id: key.slice(0, 1), sessionsMax: 2 });

/** Keys `a-…` are those of one caller, `b-…` of another; each may have two sessions. */
async function serve(bounds: Partial<SessionBounds>, ownerOf = ownerOfKey): Promise<void> {
  const api = new MemoryApi({ url: 'http://127.0.0.1:1' });
  served = await serveHttp(() => createMemoryServer({ api, namespace: 'n', writes: false, version: '1' }), {
    ...{ host: '127.0.0.1', port: 0, origins: [], hosts: [], sessionsMax: 100, idleMs: hourMs, ...bounds },
    ownerOf,
  });
}

async function post(key: string, method: string, session?: string): Promise<Response> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
  const response = await fetch(served.address, {
    method: 'POST',
    headers: { ...protocol, 'x-api-key': key, ...(session === undefined ? {} : { 'mcp-session-id': session }) },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: method === 'initialize' ? params : {} }),
  });
  // Read whole, so that it holds no connection, and left to be read by whoever wants to.
  await response.clone().text();
  return response;
}

/** Begins a session; its id, or the status of the refusal. */
async function begin(key: string): Promise<string> {
  const { headers, status } = await post(key, 'initialize');
  return headers.get('mcp-session-id') ?? String(status);
}

/** Begins one and holds a stream of it open. */
async function beginAndListen(key: string): Promise<{ readonly id: string; readonly stream: AbortController }> {
  const id = await begin(key);
  const stream = new AbortController();
  const headers = { ...protocol, 'x-api-key': key, 'mcp-session-id': id };
  const response = await fetch(served.address, { headers, signal: stream.signal });
  expect(response.status).toBe(200);
  streams.push({ stream, response });
  return { id, stream };
}

const isThere = async (key: string, id: string): Promise<boolean> => (await post(key, 'ping', id)).status === 200;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const deadlineMs = performance.now() + withinMs; !(await holds()); await pause(5)) {
    if (performance.now() > deadlineMs) throw new Error('not in time');
  }
}

describe('a session that nobody uses', () => {
  it('makes room when there are no more places, the one that has been idle for longest first', async () => {
    await serve({ sessionsMax: 2 });
    const first = await begin('a-1');
    const second = await begin('b-1');
    await until(() => isThere('a-1', first));

    const third = await begin('b-1');

    expect(await isThere('b-1', second)).toBe(false);
    expect([await isThere('a-1', first), await isThere('b-1', third)]).toEqual([true, true]);
  });

  it('ends by itself, and one that somebody listens to does not', async () => {
    await serve({ idleMs: 20 });
    // It may end before anybody listens to it, where the machine is busy.
    let listening: Awaited<ReturnType<typeof beginAndListen>> | undefined;
    await until(async () => (listening = await beginAndListen('a-1').catch(() => undefined)) !== undefined);
    const idle = await begin('a-1');

    await until(async () => {
      await pause(60);
      return !(await isThere('a-1', idle));
    });

    expect(await isThere('a-1', listening?.id ?? '')).toBe(true);
  });

  it('is what clients of the SDK leave behind, and others get their place', async () => {
    await serve({ sessionsMax: 1 });
    for (let one = 0; one < 3; one += 1) {
      const client = new Client({ name: 'test', version: '1' });
      const joins = (): Promise<boolean> => {
        const transport = new StreamableHTTPClientTransport(new URL(served.address));
        const joined = client.connect(transport as Parameters<Client['connect']>[0]);
        return joined.then(
          () => true,
          () => false,
        );
      };

      await until(joins);

      expect(await client.ping()).toEqual({});
      await client.close();
    }
  });
});

describe('sessions that are in use', () => {
  it('are as many as there may be, and a place is free as soon as one of them is not', async () => {
    await serve({ sessionsMax: 2 });
    const { stream } = await beginAndListen('a-1');
    await beginAndListen('b-1');
    const refused = await begin('c-1');

    stream.abort();
    await until(async () => (await begin('c-1')).length > 3);

    expect(refused).toBe('503');
  });

  it('of one caller do not take the places of others, whatever keys they are begun with', async () => {
    await serve({});
    await beginAndListen('a-1');
    await beginAndListen('a-2');

    const third = await begin('a-3');
    const other = await begin('b-1');

    expect(third).toBe('429');
    expect(other).toMatch(/-/);
  });
});

describe('a session that begins while the API is away', () => {
  it('is refused for now, in words', async () => {
    await serve({}, async () => {
      await new MemoryApi({ url: 'http://127.0.0.1:1' }).get('/v1/whoami');
      return undefined;
    });

    const response = await post('a-1', 'initialize');

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('no answer from') } });
  });

  it('is refused without words for anything unexpected', async () => {
    await serve({}, () => Promise.reject(new Error('secret')));

    const response = await post('a-1', 'initialize');

    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { message: 'an unexpected error' } });
  });
});

describe('what begins no session', () => {
  it('takes no place', async () => {
    await serve({ sessionsMax: 1 });

    const statuses = [];
    for (let one = 0; one < 3; one += 1) statuses.push((await post('a-1', 'tools/list')).status);

    expect(statuses).toEqual([400, 400, 400]);
    await until(async () => (await begin('a-1')).length > 3);
  });
});
