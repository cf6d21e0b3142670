import { certificates, choice, flag, optional, privateKey, secret, text } from './parsers.js';

/** How connections to services are encrypted, and who Penstock says it is; addresses stand in `serviceSettings`. */
export const securitySettings = {
  ca: {
    env: 'PENSTOCK_CA',
    default: '',
    parse: optional(certificates),
    secret: true,
    description: 'Certificates (PEM) of authorities that may vouch for services, beside the public ones',
  },
  kafkaTls: {
    env: 'PENSTOCK_KAFKA_TLS',
    default: 'false',
    parse: flag,
    description: 'Whether connections to Kafka are encrypted',
  },
  kafkaCert: {
    env: 'PENSTOCK_KAFKA_CERT',
    default: '',
    parse: optional(certificates),
    secret: true,
    description: 'Certificate (PEM) that Penstock shows brokers, if they ask for one',
  },
  kafkaKey: {
    env: 'PENSTOCK_KAFKA_KEY',
    default: '',
    parse: optional(privateKey),
    secret: true,
    description: 'Private key (PEM) of that certificate, without a passphrase',
  },
  kafkaSasl: {
    env: 'PENSTOCK_KAFKA_SASL',
    default: 'none',
    parse: choice('none', 'plain', 'scram-sha-256', 'scram-sha-512'),
    description: 'How Penstock logs in to Kafka: none, plain, scram-sha-256 or scram-sha-512',
  },
  kafkaUser: { env: 'PENSTOCK_KAFKA_USER', default: '', parse: optional(text), description: 'Kafka user' },
  kafkaPassword: {
    env: 'PENSTOCK_KAFKA_PASSWORD',
    default: '',
    parse: optional(secret),
    secret: true,
    description: 'Kafka password',
  },
  registryUser: {
    env: 'PENSTOCK_REGISTRY_USER',
    default: '',
    parse: optional(text),
    description: 'User of the schema registry, if it asks for one (basic authentication)',
  },
  registryPassword: {
    env: 'PENSTOCK_REGISTRY_PASSWORD',
    default: '',
    parse: optional(secret),
    secret: true,
    description: 'Password of the schema registry',
  },
  redisCert: {
    env: 'PENSTOCK_REDIS_CERT',
    default: '',
    parse: optional(certificates),
    secret: true,
    description: 'Certificate (PEM) that Penstock shows Redis, if it asks for one',
  },
  redisKey: {
    env: 'PENSTOCK_REDIS_KEY',
    default: '',
    parse: optional(privateKey),
    secret: true,
    description: 'Private key (PEM) of that certificate, without a passphrase',
  },
} as const;
