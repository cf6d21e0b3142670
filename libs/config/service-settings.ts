import { integer, list, optional, secret, text } from './parsers.js';

/** Where things are: services, doors, folders. */
export const serviceSettings = {
  kafkaBrokers: {
    env: 'PENSTOCK_KAFKA_BROKERS',
    default: '127.0.0.1:19092',
    parse: list,
    description: 'Kafka bootstrap servers, comma separated',
  },
  registryUrl: {
    env: 'PENSTOCK_REGISTRY_URL',
    default: 'http://127.0.0.1:18081/apis/ccompat/v7',
    parse: text,
    description: 'Confluent-compatible schema registry',
  },
  postgresUrl: {
    env: 'PENSTOCK_POSTGRES_URL',
    default: 'postgres://penstock:penstock@127.0.0.1:15432/penstock',
    parse: secret,
    description: 'PostgreSQL connection string',
  },
  neo4jUrl: {
    env: 'PENSTOCK_NEO4J_URL',
    default: 'bolt://127.0.0.1:17687',
    parse: text,
    description: 'Neo4j Bolt address',
  },
  neo4jUser: { env: 'PENSTOCK_NEO4J_USER', default: 'neo4j', parse: text, description: 'Neo4j user' },
  neo4jPassword: { env: 'PENSTOCK_NEO4J_PASSWORD', default: 'penstock', parse: secret, description: 'Neo4j password' },
  qdrantUrl: {
    env: 'PENSTOCK_QDRANT_URL',
    default: 'http://127.0.0.1:16333',
    parse: text,
    description: 'Qdrant REST address',
  },
  qdrantApiKey: {
    env: 'PENSTOCK_QDRANT_API_KEY',
    default: '',
    parse: optional(secret),
    description: 'Qdrant API key, if it asks for one',
  },
  redisUrl: {
    env: 'PENSTOCK_REDIS_URL',
    default: 'redis://127.0.0.1:16379',
    parse: secret,
    description: 'Redis connection string',
  },
  partitions: {
    env: 'PENSTOCK_PARTITIONS',
    default: '6',
    parse: integer(1, 1000),
    description: 'Partitions of every topic; fixed once topics exist',
  },
  replicationFactor: {
    env: 'PENSTOCK_REPLICATION_FACTOR',
    default: '1',
    parse: integer(1, 9),
    description: 'Replication factor of new topics',
  },
  httpHost: { env: 'PENSTOCK_HTTP_HOST', default: '127.0.0.1', parse: text, description: 'Address the API listens on' },
  httpPort: {
    env: 'PENSTOCK_HTTP_PORT',
    default: '7070',
    parse: integer(0, 65535),
    description: 'Port the API listens on; 0 takes a free one',
  },
  healthPort: {
    env: 'PENSTOCK_HEALTH_PORT',
    default: '0',
    parse: integer(0, 65535),
    description: 'Port for health and metrics of a process without the api role; 0 takes a free one',
  },
  cacheFolder: {
    env: 'PENSTOCK_CACHE',
    default: '',
    parse: optional(text),
    description: 'Folder where set-up keeps programs and the native stack its data',
  },
  xdgCacheHome: {
    env: 'XDG_CACHE_HOME',
    default: '',
    parse: optional(text),
    description: 'Parent of the default cache folder',
  },
} as const;
