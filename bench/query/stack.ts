import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { loadConfig } from '#config';
import { cacheFolderOf, freePorts, startStack, stopStack, type StackAddresses } from '#stack';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** The services that are measured, and how to be rid of them. */
export interface BenchStack {
  readonly addresses: StackAddresses;
  stop(): Promise<void>;
}

/** A native stack of its own, or the one that `PENSTOCK_TEST_STACK` names, which is left as it is. */
export async function ownStack(): Promise<BenchStack> {
  const given = process.env['PENSTOCK_TEST_STACK'];
  if (given !== undefined) return { addresses: JSON.parse(given) as StackAddresses, stop: () => Promise.resolve() };
  const { cacheFolder, xdgCacheHome } = loadConfig();
  const dataFolder = mkdtempSync('/var/tmp/penstock-bench-');
  // PostgreSQL runs as another user, who has to reach its own folder below this one.
  chmodSync(dataFolder, 0o755);
  const cache = cacheFolderOf({ PENSTOCK_CACHE: cacheFolder, XDG_CACHE_HOME: xdgCacheHome });
  const options = { dataFolder, cacheFolder: cache, ports: await freePorts() };
  const { addresses } = await startStack(options);
  const stop = async (): Promise<void> => {
    await stopStack(options);
    rmSync(dataFolder, { recursive: true, force: true });
  };
  return { addresses, stop };
}

/** Settings that lead to the services of a stack. */
export function environmentOf(addresses: StackAddresses): Record<string, string> {
  const { kafka, registry, postgres, neo4j, qdrant, redis } = addresses;
  return {
    ...{ PENSTOCK_KAFKA_BROKERS: kafka, PENSTOCK_REGISTRY_URL: registry, PENSTOCK_POSTGRES_URL: postgres },
    ...{ PENSTOCK_NEO4J_URL: neo4j, PENSTOCK_QDRANT_URL: qdrant, PENSTOCK_REDIS_URL: redis },
    ...{ PENSTOCK_HTTP_PORT: '0', PENSTOCK_EMBEDDING_PROVIDER: 'hash', PENSTOCK_LOG_LEVEL: 'warn' },
    // A store that is slow is to be measured, not left out.
    PENSTOCK_SEARCH_BUDGET: '30s',
  };
}

/** The API in a process of its own. */
export async function startApi(
  environment: Record<string, string>,
): Promise<{ readonly child: ChildProcess; readonly address: string }> {
  const main = join(checkout, 'dist/apps/penstock/main.js');
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [main, 'run', '--roles', 'api'], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  for await (const line of createInterface({ input: child.stderr })) {
    const address = / at (http:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stderr.resume();
    return { child, address };
  }
  throw new Error('the API did not start');
}
