import type { QdrantClient } from '@qdrant/js-client-rest';
import { Redis } from 'ioredis';
import type { Driver } from 'neo4j-driver';

import type { Config } from '#config';
import { outgoingEvent, emission } from '#events';
import { sparseTerms } from '#models';
import { appendToOutbox } from '#outbox';
import { OpenBreakers } from '#board';
import { CircuitBreaker, type CircuitTurn } from '#kafka';
import { AnnouncedWriter, TracedWriter, withFailureDrill, WrappedWriter } from '#saga';
import type { StoreName, StoreWriter } from '#stores/port';
import { createNeo4jDriver, Neo4jStoreWriter } from '#stores/neo4j';
import { DataVersions, PostgresStoreWriter } from '#stores/postgres';
import { createQdrantClient, QdrantStoreWriter, type QdrantAddress } from '#stores/qdrant';
import { RedisStoreWriter } from '#stores/redis';

import { redisTls, type RedisSettings } from './connections.js';
import { embeddingIdentity } from './models.js';
import type { Platform } from './platform.js';

/** Makes the drivers of the stores; PostgreSQL is reached by the pool of the process. */
export interface StoreClients {
  neo4j(): Driver;
  qdrant(): QdrantClient;
  redis(): Redis;
}

export function storeClients({ config }: Pick<Platform, 'config'>): StoreClients {
  return {
    neo4j: () => createNeo4jDriver({ url: config.neo4jUrl, user: config.neo4jUser, password: config.neo4jPassword }),
    qdrant: () => createQdrantClient(qdrantAddress(config)),
    redis: () => createRedis(config),
  };
}

export function qdrantAddress({ qdrantUrl, qdrantApiKey }: Pick<Config, 'qdrantUrl' | 'qdrantApiKey'>): QdrantAddress {
  return { url: qdrantUrl, apiKey: qdrantApiKey };
}

/**
 * One writer per store, on its own driver, behind its own circuit breaker: while a store is down its partitions wait
 * without calling it. Each says which namespaces it changed, so that no answer outlives what it was made of. The drill
 * setting may wrap one of them.
 */
export function createStoreWriter(
  platform: Platform,
  store: StoreName,
  clients: StoreClients = storeClients(platform),
): StoreWriter {
  const { config, tracer } = platform;
  const breaker = reportedBreaker(platform, store);
  const guarded = new WrappedWriter(makeStoreWriter(platform, store, clients), (work) => breaker.run(work));
  const versions = new DataVersions(platform.pool);
  const announced = new AnnouncedWriter(guarded, (namespaces) => versions.raise(namespaces));
  const drilled = withFailureDrill(announced, config.failWriter);
  return tracer === undefined ? drilled : new TracedWriter(drilled, tracer);
}

/** A breaker that everybody can see while it is open. */
function reportedBreaker({ instance, metrics, nowMs, pool }: Platform, dependency: StoreName): CircuitBreaker {
  const own = { role: `writer-${dependency}`, dependency };
  const board = new OpenBreakers(pool);
  const onTurn = (turn: CircuitTurn): void =>
    turn.to === 'open'
      ? board.opened({ ...own, process: instance }, turn.reason)
      : board.closed({ ...own, process: instance });
  return new CircuitBreaker({ ...own, metrics, nowMs, onTurn });
}

/** The writer alone. */
export function makeStoreWriter(
  platform: Platform,
  store: StoreName,
  clients: StoreClients = storeClients(platform),
): StoreWriter {
  return makers[store](platform, clients);
}

const makers: Readonly<Record<StoreName, (platform: Platform, clients: StoreClients) => StoreWriter>> = {
  neo4j: (_platform, clients) => new Neo4jStoreWriter(clients.neo4j()),
  postgres: ({ codec, nowMs, pool }) =>
    new PostgresStoreWriter(pool, (client, receipts) => {
      const context = { role: 'writer-postgres', timeMs: nowMs() };
      const events = receipts.map((receipt) => outgoingEvent(emission('StoreWritten', receipt), context));
      return appendToOutbox(client, codec, events);
    }),
  qdrant: ({ config }, clients) =>
    new QdrantStoreWriter(clients.qdrant(), { ...embeddingIdentity(config), sparseTerms }),
  redis: ({ config }, clients) =>
    new RedisStoreWriter(clients.redis(), {
      ttlMs: config.redisTtlMs,
      pendingTtlMs: config.sagaDeadlineMs * 2,
      tombstoneTtlMs: config.tombstoneTtlMs,
    }),
};

const commandTimeoutMs = 10_000;

/** Commands fail rather than wait while Redis is away: the consumer loop retries, and knows that it does. */
export function createRedis(config: RedisSettings): Redis {
  const tls = redisTls(config);
  const bounds = { lazyConnect: true, maxRetriesPerRequest: 1, commandTimeout: commandTimeoutMs };
  const redis = new Redis(config.redisUrl, { ...bounds, ...(tls && { tls }) });
  redis.on('error', () => undefined);
  return redis;
}

/**
 * Asks Redis once. What stands in the way is thrown as it came, where a command of the client above would only say that
 * it got no answer.
 */
export async function greetRedis(config: RedisSettings): Promise<void> {
  const tls = redisTls(config);
  const once = { lazyConnect: true, retryStrategy: () => null, connectTimeout: commandTimeoutMs };
  const redis = new Redis(config.redisUrl, { ...once, ...(tls && { tls }) });
  let trouble: Error | undefined;
  redis.on('error', (error: Error) => (trouble ??= error));
  try {
    await redis.ping();
  } catch (error) {
    throw trouble ?? error;
  } finally {
    redis.disconnect();
  }
}
