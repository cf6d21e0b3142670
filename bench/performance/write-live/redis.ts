import type { Redis } from 'ioredis';

import type { DocumentEmbedded } from '#events';
import { documentCacheKeys } from '#stores/redis';

import { chunkJson, hashFields } from '../../../libs/stores/redis/mapping.js';

const ttlMs = 3_600_000;

/** Hash and list of each document, all in one pipeline. */
export async function writeRedis(redis: Redis, parts: readonly DocumentEmbedded[]): Promise<void> {
  const pipeline = redis.pipeline();
  for (const part of parts) {
    const { hash, chunks } = documentCacheKeys(part);
    pipeline.hset(hash, 'live_at', Date.now(), ...hashFields(part));
    pipeline.rpush(chunks, ...part.chunks.map((chunk) => chunkJson({ ...chunk, origin: null })));
    pipeline.pexpire(hash, ttlMs);
    pipeline.pexpire(chunks, ttlMs);
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
}
