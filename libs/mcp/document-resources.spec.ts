import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';

import { PermanentFailure } from '#failure';

import { connectedClient } from './connected.builder.js';
import { MemoryApi, type Json } from './memory-api.js';

const total = 120;
const oddIds = ['samples/a b.txt', 'x?y#z', '100%', 'ä, ö', "it's (1)!"];

/** An API of many documents, some with ids that URIs write otherwise; `i-7` leads to what comes after the 7th. */
class ManyDocuments extends MemoryApi {
  private readonly ids = [...oddIds, ...Array.from({ length: total - oddIds.length }, (_, at) => `d-${at}`)];

  override get(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<Json> {
    const id = /^\/v1\/documents\/([^/]+)\/chunks$/.exec(path)?.[1];
    if (id !== undefined) {
      const text = `the text of ${decodeURIComponent(id)}`;
      return Promise.resolve({ version: 1, chunkCount: 1, chunks: [{ seq: 0, text }] });
    }
    const { cursor = 'i-0', limit } = query;
    if (!/^i-\d+$/.test(String(cursor))) {
      return Promise.reject(new PermanentFailure('cursor is not one of this list', { reason: 'bad-cursor' }));
    }
    const from = Number(String(cursor).slice(2));
    const to = from + Number(limit);
    const items = this.ids.slice(from, to).map((documentId) => ({ documentId, title: null }));
    return Promise.resolve({ items, ...(to < total ? { nextCursor: `i-${to}` } : {}) });
  }
}

describe('documents as resources', () => {
  let client: Client;

  beforeAll(async () => {
    client = await connectedClient(new ManyDocuments({ url: 'http://127.0.0.1:1' }));
  });
  afterAll(() => client.close());

  it('are listed to the last one, a page at a time', async () => {
    const names: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined = '', more = true; more; pages += 1) {
      const page = await client.listResources(cursor === '' ? {} : { cursor });
      names.push(...page.resources.map(({ name }) => name));
      cursor = page.nextCursor;
      more = cursor !== undefined;
    }

    expect(pages).toBe(3);
    expect(new Set(names).size).toBe(total);
  });

  it('have no page behind a cursor that is not one of theirs', async () => {
    const asked = client.listResources({ cursor: 'x' });

    await expect(asked).rejects.toMatchObject({
      ...{ code: ErrorCode.InvalidParams, message: expect.stringContaining('not one of this list') },
    });
  });

  it('are read by the URI that is listed, whatever stands in their ids', async () => {
    const { resources } = await client.listResources();
    const uris = resources.slice(0, oddIds.length).map(({ uri }) => uri);
    const texts = [];
    for (const uri of uris) texts.push((await client.readResource({ uri })).contents[0]);

    expect(texts).toEqual(
      oddIds.map((id) => expect.objectContaining({ text: `the text of ${id}`, mimeType: 'text/plain' })),
    );
    expect(uris[0]).toBe('penstock://n/samples%2Fa%20b.txt');
  });
});
