import { beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import { addressesOf, defaultPorts, type Ports } from '#stack';

import { describeContainers, type ContainerDescription } from './describe-containers.js';
import { readCompose, type ComposeFile, type ComposeService } from './read-compose.js';

const ports: Ports = {
  ...{ kafka: 21_001, kafkaController: 21_002, registry: 21_003 },
  ...{ postgres: 21_004, neo4j: 21_005, qdrant: 21_006, redis: 21_007 },
};
let compose: ComposeFile;
let described: ReadonlyMap<string, ContainerDescription>;

beforeAll(async () => {
  compose = await readCompose();
  described = new Map(describeContainers(compose, ports).map((one) => [one.name, one]));
});

/** The file with one service changed. */
function withService(
  name: string,
  changes: Partial<Record<keyof ComposeService | 'privileged', unknown>>,
): ComposeFile {
  const service = { ...compose.services[name], ...changes } as ComposeService;
  return { ...compose, services: { ...compose.services, [name]: service } };
}

describe('a service of docker-compose.yml as a container of the tests', () => {
  it('has the image, command, environment and health check of the file', () => {
    const { image, command, environment } = compose.services['postgres'] as ComposeService;

    expect(described.get('postgres')).toEqual({
      ...{ name: 'postgres', image, command, environment, needs: [] },
      ports: [{ container: 5432, host: 21_004 }],
      files: [{ content: 'CREATE DATABASE registry;', target: '/docker-entrypoint-initdb.d/registry-database.sql' }],
      health: {
        test: ['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U penstock -d registry'],
        ...{ intervalMs: 5_000, timeoutMs: 10_000, startPeriodMs: 30_000, retries: 24 },
      },
    });
  });

  it('is reached at the port of the host that this run has for it, whatever it listens on itself', () => {
    const published = [...described.values()].map(({ name, ports: [port] }) => [name, port]);

    expect(Object.fromEntries(published)).toEqual({
      kafka: { container: 19_092, host: 21_001 },
      registry: { container: 8080, host: 21_003 },
      postgres: { container: 5432, host: 21_004 },
      neo4j: { container: 7687, host: 21_005 },
      qdrant: { container: 6333, host: 21_006 },
      redis: { container: 6379, host: 21_007 },
    });
  });

  it('tells clients on the host to come by that port, and the other containers to come as ever', () => {
    const { environment } = described.get('kafka') as ContainerDescription;

    expect(environment).toEqual({
      ...compose.services['kafka']?.environment,
      KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka:9092,HOST://127.0.0.1:21001',
    });
    expect(described.get('registry')?.environment).toEqual(compose.services['registry']?.environment);
  });

  it('starts after those it needs', () => {
    expect(described.get('registry')?.needs).toEqual(['postgres']);
    expect(described.get('kafka')?.needs).toEqual([]);
  });

  it('lets in who comes with the login that addresses and settings have', () => {
    const { username, password, pathname } = new URL(addressesOf(ports).postgres);
    const { neo4jUser, neo4jPassword } = loadConfig({});

    expect(described.get('postgres')?.environment).toMatchObject({
      ...{ POSTGRES_USER: username, POSTGRES_PASSWORD: password, POSTGRES_DB: pathname.slice(1) },
    });
    expect(described.get('neo4j')?.environment).toMatchObject({ NEO4J_AUTH: `${neo4jUser}/${neo4jPassword}` });
  });

  it('changes nothing where the ports are those of the file', () => {
    const [kafka] = describeContainers(compose, defaultPorts);

    expect(kafka?.environment).toEqual(compose.services['kafka']?.environment);
  });

  it.each([
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    [undefined, 0],
  ])('waits %s between checks as %d ms', (interval, ms) => {
    const healthcheck = { test: ['CMD', 'true'], interval };

    const redis = describeContainers(withService('redis', { healthcheck }), ports).find(({ name }) => name === 'redis');

    expect(redis?.health).toMatchObject({ intervalMs: ms });
  });

  it.each([
    ['what would be lost', { privileged: true }, 'says for redis what tests do not carry over: privileged'],
    ['no health check', { healthcheck: undefined }, 'redis has no health check'],
    ['no port', { ports: [] }, 'redis must publish one port'],
    ['an odd duration', { healthcheck: { test: ['CMD', 'true'], interval: '500ms' } }, '500ms is no duration'],
    ['a config that is a file', { configs: [{ source: 'alerts', target: '/alerts' }] }, 'config alerts'],
  ])('is refused with %s', (_, changes, why) => {
    expect(() => describeContainers(withService('redis', changes), ports)).toThrow(why);
  });
});
