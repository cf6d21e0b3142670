import type { StackAddresses } from '#stack';

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
