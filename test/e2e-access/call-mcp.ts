export interface Called {
  readonly status: number;
  readonly text: string;
  readonly session: string;
}

/** What `initialize` is called with. */
export const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };

/** What `tools/call` is called with. */
export const tool = (name: string, given: object): object => ({ name, arguments: given });

/** One message to MCP over HTTP, as bare as an attacker may send it: a client of the SDK sends none out of order. */
export async function callMcp(
  address: string,
  headers: Readonly<Record<string, string>>,
  method: string,
  params: object,
  session?: string,
): Promise<Called> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const text = await response.text();
  return { status: response.status, text, session: response.headers.get('mcp-session-id') ?? '' };
}
