import { join } from 'node:path';

import type { Config } from '#config';
import { cacheFolderOf, portsOf, type StackOptions, type StackProgress } from '#stack';

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

function describe({ service, state, address, elapsedMs }: StackProgress): string {
  const shown = address.replace(/\/\/[^@/]*@/, '//');
  return `  ${service.padEnd(9)} ${state.padEnd(16)} ${shown}  ${(elapsedMs / 1000).toFixed(1)} s`;
}
