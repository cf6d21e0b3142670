import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

import type { MemoryApi } from './memory-api.js';
import { createMemoryServer } from './server.js';

/** A client of the tools, all of them offered, over this API; its namespace is `n`. */
export async function connectedClient(api: MemoryApi): Promise<Client> {
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMemoryServer({ api, namespace: 'n', writes: true, version: '1' }).connect(there);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(here);
  return client;
}

/** What a tool says of a call, as text. */
export function textIn({ content }: Pick<CallToolResult, 'content'>): string {
  return content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n');
}
