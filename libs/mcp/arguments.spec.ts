import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

import { connectedClient, textIn } from './connected.builder.js';
import { MemoryApi, type Json } from './memory-api.js';

/** An API that takes anything, and remembers that it was asked. */
class AnyApi extends MemoryApi {
  readonly asked: string[] = [];

  override get(path: string): Promise<Json> {
    this.asked.push(path);
    return Promise.resolve({ status: 'live', items: [] });
  }

  override post(path: string): Promise<Json> {
    return this.get(path);
  }

  override delete(path: string): Promise<Json> {
    return this.get(path);
  }
}

const api = new AnyApi({ url: 'http://127.0.0.1:1' });
let client: Client;

beforeAll(async () => {
  client = await connectedClient(api);
});
beforeEach(() => {
  api.asked.length = 0;
});
afterAll(() => client.close());

async function refusal(name: string, given: Record<string, unknown>): Promise<string> {
  const result = (await client.callTool({ name, arguments: given })) as CallToolResult;
  expect(result.isError).toBe(true);
  expect(api.asked).toEqual([]);
  return textIn(result);
}

describe('an argument that a tool does not know', () => {
  it('is named and refused by every tool, and the schema says that there is no other', async () => {
    const { tools } = await client.listTools();

    for (const { name, inputSchema } of tools) {
      expect({ name, others: inputSchema['additionalProperties'] }).toEqual({ name, others: false });
      expect(await refusal(name, { surprise: 1 })).toContain('unknown: surprise; there are ');
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['search_memory', { query: 'x', filters: {}, as_of: '2026-01-01' }, 'unknown: filters, as_of; there are query,'],
    ['search_memory', { query: 'x', filter: { documentid: ['a'] } }, 'unknown: documentid; there are documentId,'],
    ['add_conversation', { turns: [{ speaker: 'Ann', text: 'x', when: 'now' }] }, 'unknown: when; there are speaker,'],
  ])('is named by %s (%#)', async (name, given, words) => {
    expect(await refusal(name, given)).toContain(words);
  });

  it('is not repeated at any length', async () => {
    const long = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}`.padEnd(10_000, 'x'), at]));

    expect((await refusal('get_graph_stats', long)).length).toBeLessThan(1_000);
  });
});

describe('when a turn of a conversation was said', () => {
  const turnsAt = (at: string) => ({ turns: [{ speaker: 'Ann', text: 'x', at }] });

  it.each([
    ...['yesterday', '2026-11-28', '2026-11-28 12:00:00Z', '2026-11-28T12:00:00', '2026-11-28T12:00Z'],
    ...['2026-02-30T12:00:00Z', '2026-11-28T25:00:00Z', '2026-11-28T12:00:00+25:00', '2026-11-28T12:00:00Z\nBob: Hi'],
    `2026-11-28T12:00:00.${'0'.repeat(40)}Z`,
  ])('is not %j', async (at) => {
    expect(await refusal('add_conversation', turnsAt(at))).toContain('at turns[0].at');
  });

  it.each(['2026-11-28T12:00:00Z', '2024-02-29T23:59:59.123+05:30'])('may be %s', async (at) => {
    const result = await client.callTool({ name: 'add_conversation', arguments: turnsAt(at) });

    expect(result.isError).toBeUndefined();
  });
});
