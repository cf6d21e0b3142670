import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';

import { describe, expect, it } from '@jest/globals';

import { loadConfig, type Environment } from '#config';

import { kafkaConnection, redisTls, registryLogin } from './connections.js';

const [cert = ''] = rootCertificates;
const { privateKey } = generateKeyPairSync('ed25519');
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const login = { PENSTOCK_KAFKA_USER: 'alice', PENSTOCK_KAFKA_PASSWORD: 'kept-secret' };

describe('a connection to Kafka', () => {
  it('is in clear and without a login unless settings say otherwise', () => {
    expect(kafkaConnection(loadConfig({}))).toEqual({ brokers: ['127.0.0.1:19092'] });
  });

  it('is encrypted, and logged in, by setting', () => {
    const config = loadConfig({ PENSTOCK_KAFKA_TLS: 'true', PENSTOCK_KAFKA_SASL: 'scram-sha-512', ...login });

    expect(kafkaConnection(config)).toEqual({
      brokers: ['127.0.0.1:19092'],
      tls: {},
      sasl: { mechanism: 'scram-sha-512', username: 'alice', password: 'kept-secret' },
    });
  });

  it.each<[string, Environment, string]>([
    ['a certificate without TLS', { PENSTOCK_KAFKA_CERT: cert }, 'PENSTOCK_KAFKA_CERT is of no use'],
    ['a key without TLS', { PENSTOCK_KAFKA_KEY: key }, 'PENSTOCK_KAFKA_KEY is of no use'],
    [
      'a certificate without its key',
      { PENSTOCK_KAFKA_TLS: 'true', PENSTOCK_KAFKA_CERT: cert },
      'PENSTOCK_KAFKA_KEY must hold the key of PENSTOCK_KAFKA_CERT',
    ],
    [
      'a key without its certificate',
      { PENSTOCK_KAFKA_TLS: 'true', PENSTOCK_KAFKA_KEY: key },
      'PENSTOCK_KAFKA_CERT must hold the certificate of PENSTOCK_KAFKA_KEY',
    ],
    [
      'the key of another certificate',
      { PENSTOCK_KAFKA_TLS: 'true', PENSTOCK_KAFKA_CERT: cert, PENSTOCK_KAFKA_KEY: key },
      'PENSTOCK_KAFKA_KEY is not the key of the first certificate of PENSTOCK_KAFKA_CERT',
    ],
    ['a user who never logs in', { PENSTOCK_KAFKA_USER: 'alice' }, 'PENSTOCK_KAFKA_USER is of no use'],
    ['a password that nobody uses', { PENSTOCK_KAFKA_PASSWORD: 'kept-secret' }, 'PENSTOCK_KAFKA_PASSWORD is of no use'],
    ['a login without a user', { PENSTOCK_KAFKA_SASL: 'plain' }, 'PENSTOCK_KAFKA_USER must not be empty'],
    [
      'a login without a password',
      { PENSTOCK_KAFKA_SASL: 'plain', PENSTOCK_KAFKA_USER: 'alice' },
      'PENSTOCK_KAFKA_PASSWORD must not be empty with PENSTOCK_KAFKA_SASL=plain',
    ],
  ])('is refused for %s, by the name of the setting', (_name, environment, said) => {
    const connect = (): unknown => kafkaConnection(loadConfig(environment));

    expect(connect).toThrow(
      expect.objectContaining({ reason: 'bad-configuration', message: expect.stringContaining(said) }),
    );
    expect(connect).not.toThrow('kept-secret');
  });
});

describe('a connection to Redis', () => {
  it('is encrypted by its address, and shows a certificate if there is one', () => {
    expect(redisTls(loadConfig({}))).toBeUndefined();
    expect(redisTls(loadConfig({ PENSTOCK_REDIS_URL: 'rediss://cache' }))).toEqual({});
  });

  it('is refused for a certificate that nobody would see', () => {
    expect(() => redisTls(loadConfig({ PENSTOCK_REDIS_CERT: cert }))).toThrow('PENSTOCK_REDIS_CERT is of no use');
  });
});

describe('a login to the schema registry', () => {
  it('is made if there is a user, who has a password', () => {
    const given = { PENSTOCK_REGISTRY_USER: 'alice', PENSTOCK_REGISTRY_PASSWORD: 'kept-secret' };

    expect(registryLogin(loadConfig({}))).toBeUndefined();
    expect(registryLogin(loadConfig(given))).toEqual({ username: 'alice', password: 'kept-secret' });
    for (const name of Object.keys(given)) {
      expect(() => registryLogin(loadConfig({ ...given, [name]: '' }))).toThrow(
        expect.objectContaining({ reason: 'bad-configuration' }),
      );
    }
  });
});
