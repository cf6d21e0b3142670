import { fileURLToPath } from 'node:url';

import type { Pool } from 'pg';

import type { Config } from '#config';
import { createPool, walledPool } from '#database';
import { ConfluentSchemaRegistry, EventCodec } from '#events';
import type { KafkaConnection } from '#kafka';
import { createLogger, FirstNames, Metrics, type Log, type Tracer } from '#telemetry';

import { requireBudgetWaitsToEnd } from './budget-wait.js';
import { kafkaConnection, registryLogin, trustAuthorities } from './connections.js';
import { requireTombstonesToOutlive } from './tombstone-time.js';

/** What every role of a process shares: one of each, made in the process's main and passed in. */
export interface Platform {
  readonly config: Config;
  /** Names this process among others of the same role. */
  readonly instance: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Namespaces that metrics of tokens and money tell apart. */
  readonly shownNamespaces: FirstNames;
  /** Absent if nothing is traced. */
  readonly tracer: Tracer | undefined;
  readonly codec: EventCodec;
  readonly pool: Pool;
  /** The same, for what callers are shown: PostgreSQL holds it to their namespaces. */
  readonly reads: Pool;
  /** Where Kafka is, and how it is spoken to. */
  readonly kafka: KafkaConnection;
  readonly nowMs: () => number;
}

/** Committed schemas lie beside the code, from the sources as well as from `dist`. */
function schemaFolder(): URL {
  const here = fileURLToPath(import.meta.url);
  return new URL(here.includes('/dist/') ? '../../avro/' : '../avro/', import.meta.url);
}

/**
 * Makes the shared parts; nothing is connected yet.
 * @throws PermanentFailure `bad-configuration` if settings contradict each other.
 */
export function createPlatform(config: Config, instance: string): Platform {
  requireTombstonesToOutlive(config);
  requireBudgetWaitsToEnd(config);
  trustAuthorities(config);
  const metrics = new Metrics();
  metrics.collectProcess();
  const pool = createPool(config.postgresUrl, { name: instance, max: 20, pipeline: true });
  return {
    config,
    instance,
    log: createLogger(config.logLevel),
    metrics,
    shownNamespaces: new FirstNames(config.modelMetricsNamespacesMax),
    tracer: undefined,
    codec: new EventCodec(new ConfluentSchemaRegistry(config.registryUrl, registryLogin(config)), schemaFolder()),
    pool,
    reads: walledPool(pool),
    kafka: kafkaConnection(config),
    nowMs: () => Date.now(),
  };
}
