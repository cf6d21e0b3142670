import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';

import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

import { classify } from '#failure';

import { Sessions, type Owner, type SessionBounds } from './sessions.js';

export interface HttpOptions extends SessionBounds {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Origins of web pages that may call, besides none at all. */
  readonly origins: readonly string[];
  /** Host names that callers may have used, besides those of loopback. */
  readonly hosts: readonly string[];
  /** Whose this key or token is, or who calls without one; nobody who may begin a session, if undefined. */
  readonly ownerOf: (credentials: string | undefined) => Promise<Owner | undefined>;
}

/** Makes the server of one session, which works with the rights of whoever began it. */
export type MakeServer = (credentials: string | undefined) => McpServer;

export interface ServedHttp {
  readonly address: string;
  close(): Promise<void>;
}

const path = '/mcp';
const bodyBytesMax = 1024 * 1024;
const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Serves MCP over Streamable HTTP: one session a client. A page that a browser loaded from elsewhere can neither name a
 * foreign Origin nor a foreign Host, so a rebound name leads nowhere.
 */
export async function serveHttp(makeServer: MakeServer, options: HttpOptions): Promise<ServedHttp> {
  const sessions = new Sessions(options);
  const server = createServer((request, response) => {
    void handle(request, response, { sessions, makeServer, options }).catch((error: unknown) => {
      if (response.headersSent) return;
      const { kind, reason, message } = classify(error);
      // Nothing unexpected is repeated; that the API is away, the caller should know.
      if (kind !== 'transient' || reason === 'unclassified') return refuse(response, 500, 'an unexpected error');
      response.setHeader('retry-after', '1');
      refuse(response, 503, message);
    });
  });
  await listen(server, options);
  const { port, address, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    address: `http://${host}:${port}${path}`,
    close: async () => {
      await sessions.closeAll();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Serving {
  readonly sessions: Sessions;
  readonly makeServer: MakeServer;
  readonly options: HttpOptions;
}

async function handle(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { sessions, makeServer, options } = serving;
  if (!isFrom(request, options)) return refuse(response, 403, 'this Origin or Host may not call');
  if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) return refuse(response, 404, `use ${path}`);
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return refuse(response, 413, 'too large');
  const id = request.headers['mcp-session-id'];
  const credentials = credentialsOf(request);
  const holder = createHash('sha256')
    .update(credentials ?? '')
    .digest('hex');
  const known = id === undefined ? undefined : sessions.find(id, holder);
  if (known !== undefined) {
    sessions.use(known, response);
    return known.transport.handleRequest(request, response);
  }
  if (id !== undefined) return refuse(response, 404, 'no such session');
  if (request.method !== 'POST') return refuse(response, 400, 'begin with an initialize request');
  const owner = await options.ownerOf(credentials);
  if (owner === undefined) {
    response.setHeader('www-authenticate', 'Bearer realm="penstock"');
    return refuse(response, 401, 'this needs a key or token');
  }
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID() });
  const session = { owner, holder, transport };
  const noRoom = sessions.keep(session);
  if (noRoom !== undefined) return refuse(response, noRoom.status, noRoom.message);
  sessions.use(session, response);
  // The SDK's types leave `undefined` out where its classes do not.
  await makeServer(credentials).connect(transport as Parameters<McpServer['connect']>[0]);
  await transport.handleRequest(request, response);
}

/** The key or token of a request, as the API takes them; two at once are none that anybody could admit. */
function credentialsOf({ headers: { authorization, 'x-api-key': key } }: IncomingMessage): string | undefined {
  if (authorization === undefined) return typeof key === 'string' ? key : undefined;
  return key === undefined ? (/^Bearer ([^\s,]+)$/i.exec(authorization)?.[1] ?? 'none') : 'none';
}

/** Whether the caller may call: by no web page or a known one, and under a name that is ours. */
export function isFrom(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { origins, hosts }: Pick<HttpOptions, 'origins' | 'hosts'>,
): boolean {
  const { origin, host } = headers;
  if (origin !== undefined && !origins.includes(origin)) return false;
  const name = hostNameOf(host);
  return name !== undefined && (loopbackNames.has(name) || hosts.includes(name));
}

function hostNameOf(host: string | undefined): string | undefined {
  if (host === undefined || !URL.canParse(`http://${host}`)) return undefined;
  const { hostname } = new URL(`http://${host}`);
  // `127.1` and the like are written otherwise by whoever means well.
  return isIP(hostname) !== 0 && !host.startsWith(hostname) ? undefined : hostname;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const error = { code: -32_000, message };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
}

function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}
