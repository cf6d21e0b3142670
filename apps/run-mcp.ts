import { readFileSync } from 'node:fs';

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

import { loadConfig, type Config } from '#config';
import { createMemoryServer, MemoryApi, serveHttp, type ServedHttp } from '#mcp';

export interface McpOptions {
  /** Over Streamable HTTP instead of standard input and output. */
  readonly http?: boolean;
  /** Instead of the settings. */
  readonly config?: Config;
}

const sessionsMax = 100;

/** Serves MCP over standard input and output until that closes, or over HTTP until it is closed. */
export async function runMcp({ http = false, config = loadConfig() }: McpOptions): Promise<ServedHttp | undefined> {
  const api = new MemoryApi({ url: config.mcpApiUrl ?? apiUrlOf(config) });
  const version = versionOf();
  const makeServer = (): ReturnType<typeof createMemoryServer> =>
    createMemoryServer({ api, version, namespace: config.mcpNamespace, writes: config.mcpWrites });
  if (http) {
    const { mcpHost: host, mcpPort: port, mcpOrigins: origins, mcpHosts: hosts } = config;
    return serveHttp(makeServer, { host, port, origins, hosts, sessionsMax });
  }
  const server = makeServer();
  await server.connect(new StdioServerTransport());
  process.stdin.once('end', () => void server.close());
  return undefined;
}

function apiUrlOf({ httpHost, httpPort }: Config): string {
  return `http://${httpHost.includes(':') ? `[${httpHost}]` : httpHost}:${httpPort}`;
}

/** The package's own version, from the sources as well as from `dist`. */
function versionOf(): string {
  const up = import.meta.url.includes('/dist/') ? '../../package.json' : '../package.json';
  return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
}
