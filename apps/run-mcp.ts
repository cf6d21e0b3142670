import { readFileSync } from 'node:fs';

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

import { loadConfig, type Config } from '#config';
import { classify, PermanentFailure } from '#failure';
import { createMemoryServer, MemoryApi, serveHttp, type MakeServer, type Owner, type ServedHttp } from '#mcp';

export interface McpOptions {
  /** Over Streamable HTTP instead of standard input and output. */
  readonly http?: boolean;
  /** Instead of the settings. */
  readonly config?: Config;
}

const sessionsMax = 100;
const sessionIdleMs = 30 * 60_000;
/** Nobody's key or token takes the place of all others. */
const ownerShare = 1 / 4;

/**
 * Serves MCP over standard input and output until that closes, with the key of the settings; or over HTTP until it is
 * closed, each session with the key or token of its caller.
 * @throws PermanentFailure `no-keys` if it would listen off loopback and the API asks nobody for a key.
 */
export async function runMcp({ http = false, config = loadConfig() }: McpOptions): Promise<ServedHttp | undefined> {
  const url = config.mcpApiUrl ?? apiUrlOf(config);
  const version = versionOf();
  const makeServer: MakeServer = (credentials) => {
    const api = new MemoryApi({ url, credentials });
    return createMemoryServer({ api, version, namespace: config.mcpNamespace, writes: config.mcpWrites });
  };
  if (http) {
    const { mcpHost: host, mcpPort: port, mcpOrigins: origins, mcpHosts: hosts } = config;
    // Loaded only here: an agent that begins the tools over standard input waits for them.
    const { isLoopback } = await import('#access');
    if (!isLoopback(host) && (await ownerOf(url, undefined)) !== undefined) throw noKeys(host);
    return serveHttp(makeServer, {
      ...{ host, port, origins, hosts, sessionsMax, idleMs: sessionIdleMs },
      ownerOf: (credentials) => ownerOf(url, credentials),
    });
  }
  const server = makeServer(config.apiKey);
  await server.connect(new StdioServerTransport());
  process.stdin.once('end', () => void server.close());
  return undefined;
}

/** Whom the API takes the sender of this for, if it listens to them. @throws TransientFailure if it can't be asked. */
async function ownerOf(url: string, credentials: string | undefined): Promise<Owner | undefined> {
  try {
    const { kind, id } = await new MemoryApi({ url, credentials }).get('/v1/whoami');
    const share = kind === 'anyone' ? 1 : ownerShare;
    return { id: `${String(kind)}:${String(id)}`, sessionsMax: sessionsMax * share };
  } catch (error) {
    if (classify(error).kind === 'transient') throw error;
    return undefined;
  }
}

function noKeys(host: string): PermanentFailure {
  const message =
    `MCP does not listen on ${host} while the API asks nobody for a key: make one with ` +
    '`penstock keys create NAME --scopes read --all-namespaces`';
  return new PermanentFailure(message, { reason: 'no-keys' });
}

function apiUrlOf({ httpHost, httpPort }: Config): string {
  return `http://${httpHost.includes(':') ? `[${httpHost}]` : httpHost}:${httpPort}`;
}

/** The package's own version, from the sources as well as from `dist`. */
function versionOf(): string {
  const up = import.meta.url.includes('/dist/') ? '../../package.json' : '../package.json';
  return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
}
