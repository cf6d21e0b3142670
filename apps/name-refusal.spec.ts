import { describe, expect, it } from '@jest/globals';
import { Neo4jError } from 'neo4j-driver';

import { TransientFailure } from '#failure';

import { nameRefusal, type NamedService } from './name-refusal.js';

function failing(service: NamedService, error: unknown): Promise<unknown> {
  return nameRefusal(service, () => Promise.reject(error)).catch((thrown: unknown) => thrown);
}

function saslError(message: string): Error {
  return Object.assign(new Error(`SASL PLAIN authentication failed: ${message}`), {
    name: 'KafkaJSSASLAuthenticationError',
  });
}

describe('what a service refuses at a start', () => {
  it.each<[string, NamedService, unknown]>([
    ['a login to Kafka', 'kafka', saslError('Authentication failed: Invalid username or password')],
    ['a login to Neo4j', 'neo4j', new Neo4jError('no', 'Neo.ClientError.Security.Unauthorized', '', '')],
    ['a login to PostgreSQL', 'postgres', Object.assign(new Error('no'), { code: '28P01' })],
    ['a login to Redis', 'redis', new Error('WRONGPASS invalid username-password pair or user is disabled.')],
    [
      'a certificate of ours',
      'redis',
      Object.assign(new Error('no'), { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }),
    ],
    [
      'a certificate of ours, to Kafka',
      'kafka',
      Object.assign(new Error('no'), { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' }),
    ],
  ])('is permanent: %s', async (_name, service, error) => {
    const cause = new TransientFailure('not now', { cause: error });

    expect(await failing(service, cause)).toMatchObject({ kind: 'permanent', reason: 'login-refused' });
  });

  it('is permanent: a certificate that nobody vouches for', async () => {
    const cause = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });

    expect(await failing('qdrant', new TypeError('fetch failed', { cause }))).toMatchObject({
      kind: 'permanent',
      reason: 'certificate-not-trusted',
      message: 'Qdrant: its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); PENSTOCK_CA says whom to trust',
    });
  });

  it.each([
    ['a connection that broke in the middle of a login', saslError('Closed connection')],
    ['a login that took too long', saslError('Request SaslAuthenticate(key: 36, version: 1) timed out')],
    ['a service that is away', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
  ])('is as it came: %s', async (_name, error) => {
    expect(await failing('kafka', error)).toBe(error);
  });
});
