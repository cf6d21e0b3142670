import { Redis } from 'ioredis';

import { outgoingEvent, emission } from '#events';
import { appendToOutbox } from '#outbox';
import { CircuitBreaker } from '#kafka';
import { AnnouncedWriter, withFailureDrill, WrappedWriter } from '#saga';
import type { StoreName, StoreWriter } from '#stores/port';
import { createNeo4jDriver, Neo4jStoreWriter } from '#stores/neo4j';
import { DataVersions, PostgresStoreWriter } from '#stores/postgres';
import { createQdrantClient, QdrantStoreWriter } from '#stores/qdrant';
import { RedisStoreWriter } from '#stores/redis';

import { embeddingIdentity } from './models.js';
import type { Platform } from './platform.js';

/**
 * One writer per store, on its own driver, behind its own circuit breaker: while a store is down its partitions wait
 * without calling it. Each says which namespaces it changed, so that no answer outlives what it was made of. The drill
 * setting may wrap one of them.
 */
export function createStoreWriter(platform: Platform, store: StoreName): StoreWriter {
  const { config, metrics, nowMs } = platform;
  const breaker = new CircuitBreaker({ role: `writer-${store}`, dependency: store, metrics, nowMs });
  const guarded = new WrappedWriter(makers[store](platform), (work) => breaker.run(work));
  const versions = new DataVersions(platform.pool);
  const announced = new AnnouncedWriter(guarded, (namespaces) => versions.raise(namespaces));
  return withFailureDrill(announced, config.failWriter);
}

const makers: Readonly<Record<StoreName, (platform: Platform) => StoreWriter>> = {
  neo4j: ({ config }) =>
    new Neo4jStoreWriter(
      createNeo4jDriver({ url: config.neo4jUrl, user: config.neo4jUser, password: config.neo4jPassword }),
    ),
  postgres: ({ codec, nowMs, pool }) =>
    new PostgresStoreWriter(pool, (client, receipts) => {
      const context = { role: 'writer-postgres', timeMs: nowMs() };
      const events = receipts.map((receipt) => outgoingEvent(emission('StoreWritten', receipt), context));
      return appendToOutbox(client, codec, events);
    }),
  qdrant: ({ config }) =>
    new QdrantStoreWriter(
      createQdrantClient({ url: config.qdrantUrl, apiKey: config.qdrantApiKey }),
      embeddingIdentity(config),
    ),
  redis: ({ config }) =>
    new RedisStoreWriter(createRedis(config.redisUrl), {
      ttlMs: config.redisTtlMs,
      pendingTtlMs: config.sagaDeadlineMs * 2,
      tombstoneTtlMs: config.tombstoneTtlMs,
    }),
};

const commandTimeoutMs = 10_000;

/** Commands fail rather than wait while Redis is away: the consumer loop retries, and knows that it does. */
export function createRedis(url: string): Redis {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, commandTimeout: commandTimeoutMs });
  redis.on('error', () => undefined);
  return redis;
}
