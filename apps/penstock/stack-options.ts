import { join } from 'node:path';

import type { Config } from '#config';
import { cacheFolderOf, portsOf, stackStatus, type ServiceName, type StackOptions, type StackProgress } from '#stack';

import type { Terminal } from './terminal.js';

/**
 * The native stack that the settings speak of: its ports are those of the addresses, its data lies in the cache
 * folder.
 */
export function stackOptions(config: Config, terminal?: Terminal): StackOptions {
  const cacheFolder = cacheFolderOf({ PENSTOCK_CACHE: config.cacheFolder, XDG_CACHE_HOME: config.xdgCacheHome });
  const ports = portsOf({
    kafka: config.kafkaBrokers[0] ?? '',
    registry: config.registryUrl,
    postgres: config.postgresUrl,
    neo4j: config.neo4jUrl,
    qdrant: config.qdrantUrl,
    redis: config.redisUrl,
  });
  const options = { cacheFolder, dataFolder: join(cacheFolder, 'stack'), ports };
  return terminal === undefined ? options : { ...options, onProgress: (line) => terminal.progress(describe(line)) };
}

/** Services that a start would start, and that whoever started them may stop again. */
export async function servicesToStart(options: StackOptions): Promise<ServiceName[]> {
  const found = await stackStatus(options);
  return found.filter(({ state }) => state === 'stopped' || state === 'crashed').map(({ service }) => service);
}

function describe({ service, state, address, elapsedMs }: StackProgress): string {
  const shown = address.replace(/\/\/[^@/]*@/, '//');
  return `  ${service.padEnd(9)} ${state.padEnd(16)} ${shown}  ${(elapsedMs / 1000).toFixed(1)} s`;
}
