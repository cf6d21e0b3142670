import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { createPool } from '#database';

import { roleNames } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';
import { PenstockApi } from '../e2e/penstock-api.js';
import { aNamespace, stackEnvironment } from '../e2e/penstock-under-test.js';
import { runPenstock, startRoles } from '../e2e/run-penstock.js';
import { acmeReport } from '../e2e/samples.js';
import { Authority } from '../services/certificates.js';
import { SecureStores } from '../services/secure-stores.js';
import { startHttpsFront, startTlsFront, type TlsFront } from '../services/tls-fronts.js';

const longMs = 400_000;
const user = { name: 'alice', password: `secret-${randomUUID()}` };
const wrong = `wrong-${randomUUID()}`;
const authority = new Authority('Authority of the test');
const stranger = new Authority('Authority that nobody here knows');
const stores = new SecureStores(authority);
const staging = mkdtempSync(join(tmpdir(), 'penstock-secure-'));
let fronts: readonly TlsFront[] = [];
let environment: Record<string, string>;

jest.setTimeout(2 * longMs);

beforeAll(async () => {
  const { PENSTOCK_NEO4J_URL: neo4j = '', PENSTOCK_QDRANT_URL: qdrant = '' } = stackEnvironment();
  const { PENSTOCK_REGISTRY_URL: registry = '' } = stackEnvironment();
  const basic = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  const [neo4jFront, qdrantFront, registryFront] = await Promise.all([
    startTlsFront(neo4j, authority.vouchFor('neo4j')),
    startHttpsFront(qdrant, authority.vouchFor('qdrant'), (headers) => headers['api-key'] === user.password),
    startHttpsFront(registry, authority.vouchFor('registry'), ({ authorization }) => authorization === basic),
  ]);
  fronts = [neo4jFront, qdrantFront, registryFront];
  const [postgres, redis] = [await stores.startPostgres(user), await stores.startRedis(user)];
  environment = {
    PENSTOCK_CA_FILE: authority.file,
    PENSTOCK_POSTGRES_URL: `${postgres}?sslmode=verify-full`,
    PENSTOCK_REDIS_URL: redis,
    PENSTOCK_NEO4J_URL: `bolt+s://${neo4jFront.at}`,
    PENSTOCK_QDRANT_URL: `https://${qdrantFront.at}`,
    PENSTOCK_QDRANT_API_KEY: user.password,
    PENSTOCK_REGISTRY_URL: `https://${registryFront.at}${new URL(registry).pathname}`,
    PENSTOCK_REGISTRY_USER: user.name,
    PENSTOCK_REGISTRY_PASSWORD: user.password,
    PENSTOCK_STAGING_FOLDER: staging,
    PENSTOCK_HEALTH_PORT: '0',
    PENSTOCK_LOG_LEVEL: 'trace',
  };
  await eventually('PostgreSQL to answer', () => answersInClear(postgres), longMs);
});

afterAll(async () => {
  for (const front of fronts) front.stop();
  await stores.stop();
  authority.remove();
  stranger.remove();
  rmSync(staging, { recursive: true, force: true });
});

/** Whether PostgreSQL is up: to who speaks in clear it says that there is no way in. */
async function answersInClear(url: string): Promise<true | undefined> {
  const pool = createPool(url, { name: 'test', max: 1 });
  const said = await pool.query('SELECT 1').then(
    () => 'let in',
    (error: unknown) => String(error),
  );
  await pool.end();
  if (said === 'let in') throw new Error('PostgreSQL lets in who speaks in clear');
  return /no pg_hba.conf entry/.test(said) ? true : undefined;
}

describe('stores and a registry that speak TLS alone, and ask who comes', () => {
  it('have a document live in all of them, and hear of no secret in any log', async () => {
    const roles = await startRoles(roleNames, { ...environment, PENSTOCK_HTTP_PORT: '0' }, longMs);
    const api = new PenstockApi(roles.address);
    const { ingestionId } = await api.inline(aNamespace('secure'), 'report', acmeReport);

    const { status } = await api.outcome(ingestionId, longMs);
    const http = { PENSTOCK_HTTP_PORT: new URL(roles.address).port };
    const shown = await runPenstock(['status', '--json'], { ...environment, ...http });
    await roles.stop();

    expect(status).toBe('live');
    const { services } = JSON.parse(shown.out) as { services: Record<string, { state: string }> };
    expect(Object.values(services).map(({ state }) => state)).toEqual(Array<string>(7).fill('healthy'));
    expect(roles.output() + shown.out + shown.err).not.toContain(user.password);
  });

  it('are shown by penstock status with what keeps it out', async () => {
    const keys = { PENSTOCK_QDRANT_API_KEY: wrong, PENSTOCK_REGISTRY_PASSWORD: wrong };
    const urls = [environment['PENSTOCK_POSTGRES_URL'], environment['PENSTOCK_REDIS_URL']].map(replaced);
    const logins = { ...keys, PENSTOCK_POSTGRES_URL: String(urls[0]), PENSTOCK_REDIS_URL: String(urls[1]) };

    const [refused, untrusted] = await Promise.all([
      runPenstock(['status'], { ...environment, ...logins }),
      runPenstock(['status'], { ...environment, PENSTOCK_CA_FILE: '' }),
    ]);

    for (const name of ['PostgreSQL', 'Redis', 'Qdrant', 'The schema registry']) {
      expect(refused.out).toContain(`${name} refuses the login`);
    }
    expect(untrusted.out.match(/certificate is not trusted/g)).toHaveLength(5);
    expect([refused.code, untrusted.code]).toEqual([1, 1]);
    expect(refused.out + refused.err + untrusted.out).not.toContain(wrong);
  });

  it.each<[string, string, (given: Record<string, string>) => Record<string, string>]>([
    ['PostgreSQL', 'ledger', ({ PENSTOCK_POSTGRES_URL: url }) => ({ PENSTOCK_POSTGRES_URL: replaced(url) })],
    ['Redis', 'writer-redis', ({ PENSTOCK_REDIS_URL: url }) => ({ PENSTOCK_REDIS_URL: replaced(url) })],
    ['Qdrant', 'writer-qdrant', () => ({ PENSTOCK_QDRANT_API_KEY: wrong })],
    ['The schema registry', 'ledger', () => ({ PENSTOCK_REGISTRY_PASSWORD: wrong })],
  ])(
    '%s refuses another password: the start ends with the settings, and without the secret',
    async (name, role, to) => {
      const { code, out, err } = await runPenstock(['run', '--roles', role], { ...environment, ...to(environment) });

      expect(err).toMatch(new RegExp(`^penstock: ${name} refuses the login; see PENSTOCK_`, 'm'));
      expect(code).toBe(1);
      expect(out + err).not.toContain(wrong);
      expect(out + err).not.toContain(user.password);
    },
  );

  // Each alone has its own authority's word, and all others are reached as the stack of the tests is, in clear.
  it.each<[string, string, string]>([
    ['PostgreSQL', 'ledger', 'PENSTOCK_POSTGRES_URL'],
    ['Redis', 'writer-redis', 'PENSTOCK_REDIS_URL'],
    ['Qdrant', 'writer-qdrant', 'PENSTOCK_QDRANT_URL'],
    ['Neo4j', 'writer-neo4j', 'PENSTOCK_NEO4J_URL'],
    ['The schema registry', 'ledger', 'PENSTOCK_REGISTRY_URL'],
  ])('%s is not spoken to if somebody unknown vouches for it', async (name, role, setting) => {
    const given = { [setting]: environment[setting] ?? '', PENSTOCK_HEALTH_PORT: '0' };

    const { code, err } = await runPenstock(['run', '--roles', role], { ...given, PENSTOCK_CA_FILE: stranger.file });

    expect(err).toMatch(new RegExp(`^penstock: ${name}: its certificate is not trusted.*; PENSTOCK_CA`, 'm'));
    expect(code).toBe(1);
  });
});

function replaced(url = ''): string {
  return url.replace(user.password, wrong);
}
