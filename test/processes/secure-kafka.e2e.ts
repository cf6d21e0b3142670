import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { loadConfig, type Config } from '#config';
import { topics } from '#events';
import { ensureTopics, KafkaPublisher, tailTopics } from '#kafka';
import { createLogger, Metrics } from '#telemetry';

import { kafkaConnection, trustAuthorities } from '../../apps/connections.js';
import { createPlatform } from '../../apps/platform.js';
import { eventually } from '../e2e/eventually.js';
import { aNamespace, stackEnvironment, startPenstock } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { acmeReport } from '../e2e/samples.js';
import { Authority } from '../services/certificates.js';
import { SecureKafka } from '../services/secure-kafka.js';

const longMs = 400_000;
const user = { name: 'alice', password: `secret-${randomUUID()}` };
const authority = new Authority('Authority of the test');
const stranger = new Authority('Authority that nobody here knows');
const folder = mkdtempSync(join(tmpdir(), 'penstock-secrets-'));
let kafka: SecureKafka;
let environment: Record<string, string>;

jest.setTimeout(2 * longMs);

function aFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Publishes a record and reads it back, by the clients that roles use. */
async function sendAndReceive(config: Config): Promise<string[]> {
  const { codec, kafka: connection, log, nowMs, pool } = createPlatform(config, 'secure');
  const names = { role: 'test', instance: 'secure' };
  const publisher = new KafkaPublisher({ ...connection, ...names, codec, log, metrics: new Metrics(), nowMs });
  const topic = topics.staged.name;
  const key = randomUUID();
  const read: string[] = [];
  const end = new AbortController();
  try {
    await publisher.start();
    await publisher.publishRaw([{ topic, key, value: Buffer.from('kept'), headers: {} }]);
    await tailTopics({
      ...{ ...connection, log, topics: [topic], fromBeginning: true, signal: end.signal },
      onRecord: (record) => {
        if (record.key?.toString() !== key) return Promise.resolve();
        read.push(String(record.value));
        return Promise.resolve(end.abort());
      },
    });
    return read;
  } finally {
    await publisher.close();
    await pool.end();
  }
}

/** What `penstock run` comes to, which logs all that it can. */
async function runRefused(changes: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const { code, out, err } = await runPenstock(['run', '--roles', 'ledger'], {
    ...{ ...environment, ...changes, PENSTOCK_LOG_LEVEL: 'trace', PENSTOCK_HEALTH_PORT: '0' },
  });
  return { code, said: out + err };
}

beforeAll(async () => {
  kafka = await SecureKafka.start(authority, user);
  environment = {
    ...stackEnvironment(),
    PENSTOCK_CA_FILE: authority.file,
    PENSTOCK_KAFKA_BROKERS: kafka.loginAddress,
    PENSTOCK_KAFKA_TLS: 'true',
    PENSTOCK_KAFKA_SASL: 'scram-sha-512',
    PENSTOCK_KAFKA_USER: user.name,
    PENSTOCK_KAFKA_PASSWORD_FILE: aFile('password', `${user.password}\n`),
  };
  const config = loadConfig(environment);
  trustAuthorities(config);
  const made = {
    ...kafkaConnection(config),
    partitions: config.partitions,
    replicationFactor: 1,
    log: createLogger('silent'),
  };
  await eventually('the broker to answer', () => ensureTopics(made).then(() => true), longMs);
});

afterAll(async () => {
  await kafka.stop();
  trustAuthorities({ ca: undefined });
  authority.remove();
  stranger.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('Kafka that speaks TLS alone, and asks who comes', () => {
  it('carries a document through all roles, which log in with a password from a file', async () => {
    const { ca, kafkaBrokers, kafkaTls, kafkaSasl, kafkaUser, kafkaPassword } = loadConfig(environment);
    const penstock = await startPenstock({ ca, kafkaBrokers, kafkaTls, kafkaSasl, kafkaUser, kafkaPassword });
    const { ingestionId } = await penstock.api.inline(aNamespace('secure'), 'report', acmeReport);

    const { status } = await penstock.api.outcome(ingestionId, longMs);
    await penstock.stop();

    expect(status).toBe('live');
    expect(penstock.fatal).toEqual([]);
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('lets in who logs in by %s', async (mechanism) => {
    const read = await sendAndReceive(loadConfig({ ...environment, PENSTOCK_KAFKA_SASL: mechanism }));

    expect(read).toEqual(['kept']);
  });

  it('lets in who shows a certificate, where it asks for one', async () => {
    const { cert, key } = authority.vouchFor('penstock');

    const read = await sendAndReceive(
      loadConfig({
        ...stackEnvironment(),
        PENSTOCK_CA_FILE: authority.file,
        PENSTOCK_KAFKA_BROKERS: kafka.certificateAddress,
        PENSTOCK_KAFKA_TLS: 'true',
        PENSTOCK_KAFKA_CERT: cert,
        PENSTOCK_KAFKA_KEY: key,
      }),
    );

    expect(read).toEqual(['kept']);
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'refuses another password by %s: the start ends at once with the settings, and without the secret',
    async (mechanism) => {
      const wrong = `wrong-${randomUUID()}`;

      const { code, said } = await runRefused({
        PENSTOCK_KAFKA_SASL: mechanism,
        PENSTOCK_KAFKA_PASSWORD_FILE: aFile('wrong', wrong),
      });

      expect(code).toBe(1);
      expect(said).toContain(
        'penstock: Kafka refuses the login; see PENSTOCK_KAFKA_SASL, _USER and _PASSWORD, or _CERT and _KEY',
      );
      expect(said).not.toContain(wrong);
      expect(said).not.toContain(Buffer.from(wrong).toString('base64'));
    },
  );

  it('refuses a certificate that its authorities do not know', async () => {
    const { cert, key } = stranger.vouchFor('penstock');

    const { code, said } = await runRefused({
      PENSTOCK_KAFKA_BROKERS: kafka.certificateAddress,
      ...{ PENSTOCK_KAFKA_SASL: 'none', PENSTOCK_KAFKA_USER: '', PENSTOCK_KAFKA_PASSWORD_FILE: '' },
      PENSTOCK_KAFKA_CERT: cert,
      PENSTOCK_KAFKA_KEY: key,
    });

    expect(code).toBe(1);
    expect(said).toContain('penstock: Kafka refuses the login; see');
    expect(said).not.toContain(key.slice(100, 150));
  });

  it.each<[string, Record<string, string>, string]>([
    ['nobody vouches for it', { PENSTOCK_CA_FILE: '' }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['somebody unknown vouches for it', { PENSTOCK_CA_FILE: stranger.file }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('is not spoken to if %s', async (_name, changes, why) => {
    const { code, said } = await runRefused(changes);

    expect(code).toBe(1);
    expect(said).toContain(`penstock: Kafka: its certificate is not trusted (${why}); PENSTOCK_CA says whom to trust`);
    expect(said).not.toContain(user.password);
  });
});
