import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

import { MemoryApi, type Json } from './memory-api.js';
import { serveHttp, type ServedHttp } from './serve-http.js';
import { createMemoryServer } from './server.js';

const chunkTotal = 2_000;
const textOf = (seq: number): string => `Line ${seq} tells that all is quiet.`.padEnd(1_500, '.');

/** An API that holds a document of 3 MB and finds 50 long passages for whatever it is asked. */
class LargeApi extends MemoryApi {
  readonly asked: string[] = [];

  override get(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<Json> {
    this.asked.push(path);
    const [from, limit] = [Number(query['from']), Number(query['limit'])];
    const count = Math.min(limit, chunkTotal - from);
    const chunks = Array.from({ length: count }, (_, at) => ({ seq: from + at, text: textOf(from + at) }));
    const next = from + limit < chunkTotal ? { nextFrom: from + limit } : {};
    return Promise.resolve({ documentId: 'long', version: 1, chunkCount: chunkTotal, chunks, ...next });
  }

  override post(path: string): Promise<Json> {
    this.asked.push(path);
    const hits = Array.from({ length: 50 }, (_, seq) => ({ documentId: 'long', version: 1, seq, text: textOf(seq) }));
    return Promise.resolve({ hits, route: 'hybrid', nextCursor: 'c' });
  }
}

const sentBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const options = {
  ...{ host: '127.0.0.1', port: 0, origins: [], hosts: [], sessionsMax: 2, idleMs: 60_000 },
  ownerOf: () => Promise.resolve({ id: 'anyone', sessionsMax: 2 }),
};

describe.each(['memory', 'HTTP'] as const)("the SDK's client over %s", (way) => {
  const api = new LargeApi({ url: 'http://127.0.0.1:1' });
  const makeServer = () => createMemoryServer({ api, namespace: 'n', writes: true, version: '1' });
  const client = new Client({ name: 'test', version: '1' });
  let served: ServedHttp | undefined;

  beforeAll(async () => {
    if (way === 'memory') {
      const [here, there] = InMemoryTransport.createLinkedPair();
      await makeServer().connect(there);
      await client.connect(here);
      return;
    }
    served = await serveHttp(makeServer, options);
    const transport = new StreamableHTTPClientTransport(new URL(served.address));
    await client.connect(transport as Parameters<Client['connect']>[0]);
  });

  afterAll(async () => {
    await client.close();
    await served?.close();
  });

  const call = async (name: string, given: Record<string, unknown>): Promise<CallToolResult> =>
    (await client.callTool({ name, arguments: given })) as CallToolResult;
  const textIn = ({ content }: CallToolResult): string =>
    content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n');

  it('gets a result within bounds as text and as structured content, which says that it was cut', async () => {
    const result = await call('search_memory', { query: 'all is quiet', limit: 50 });
    const { hits, ...rest } = result.structuredContent as { hits: { seq: number; text: string }[] };

    expect([sentBytes(result.structuredContent), textIn(result).length].map((size) => size <= 66_000)).toEqual([
      ...[true, true],
    ]);
    expect(rest).toEqual({ route: 'hybrid', nextCursor: 'c', cut: expect.stringContaining('ask for less') });
    expect(hits.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, seq) => seq));
    expect(textIn(result)).toContain(JSON.stringify({ hits, ...rest }, null, 1));
  });

  it('reads pages that fit and follow each other, and no more of the document than that', async () => {
    api.asked.length = 0;
    const pages = [];
    for (let from = 1_900, more = true; more;) {
      const result = await call('get_chunks', { document_id: 'long', from, limit: 50 });
      const page = result.structuredContent as { chunks: { seq: number }[]; nextFrom?: number };
      expect(sentBytes(page)).toBeLessThanOrEqual(66_000);
      pages.push(page);
      more = page.nextFrom !== undefined;
      from = page.nextFrom ?? from;
    }

    expect(pages.flatMap(({ chunks }) => chunks.map(({ seq }) => seq))).toEqual(
      Array.from({ length: 100 }, (_, at) => 1_900 + at),
    );
    expect(api.asked).toEqual(pages.map(() => '/v1/documents/long/chunks'));
  });

  it('gets a resource within bounds, that says where to read on', async () => {
    const { contents } = await client.readResource({ uri: 'penstock://n/long' });

    expect(sentBytes(contents)).toBeLessThan(140_000);
    expect(contents[0]).toMatchObject({
      text: expect.stringMatching(/^Line 0 [^]*chunks (\d+) to 1999 are left out; read on with get_chunks from \1$/),
    });
  });

  it.each(['search_memory', 'search_as_of', 'ask'])(
    'hears from %s that a query of 100 KB is too long',
    async (name) => {
      api.asked.length = 0;
      const result = await call(name, {
        query: 'x'.repeat(100_000),
        ...(name === 'search_as_of' && { as_of: '2026-01-01' }),
      });

      expect(result.isError).toBe(true);
      expect(textIn(result)).toContain('query is over 4096 bytes; ask in fewer words');
      expect(textIn(result).length).toBeLessThan(1_000);
      expect(api.asked).toEqual([]);
    },
  );
});

describe('a request over HTTP of more than 1 MB', () => {
  it('is refused before it is read, whoever sends it', async () => {
    const api = new LargeApi({ url: 'http://127.0.0.1:1' });
    const makeServer = () => createMemoryServer({ api, namespace: 'n', writes: false, version: '1' });
    const served = await serveHttp(makeServer, options);
    const client = new Client({ name: 'test', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL(served.address));
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const large = client.callTool({ name: 'ask', arguments: { query: 'x'.repeat(1_100_000) } });

    await expect(large).rejects.toThrow('too large');

    expect(await client.ping()).toEqual({});
    await client.close();
    await served.close();
  });
});
