import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadConfig, type Config } from '#config';

import { roleNames, type RoleName } from '../../apps/roles.js';
import { runRoles } from '../../apps/run.js';
import { testStack } from '../services/addresses.js';
import { PenstockApi } from './penstock-api.js';

/** All roles in this process, on the services of the test stack and folders of their own. */
export interface PenstockUnderTest {
  readonly config: Config;
  readonly api: PenstockApi;
  /** Local paths below it may be ingested. */
  readonly uploadRoot: string;
  /** Errors that ended a role; none are expected. */
  readonly fatal: readonly Error[];
  /** Names of the files in staging: refs, and refs with a suffix while they are written. */
  stagedFiles(): Promise<string[]>;
  /** Stops the roles and keeps the folders, so that `restart` finds what was accepted. */
  pause(): Promise<void>;
  /** Starts all roles again, or all but some, on another port. */
  restart(without?: readonly RoleName[]): Promise<void>;
  stop(): Promise<void>;
}

/** Settings, as the environment would say them, that lead to the services of the test stack. */
export function stackEnvironment(): Record<string, string> {
  const { kafka, registry, postgres, neo4j, qdrant, redis } = testStack();
  return {
    PENSTOCK_KAFKA_BROKERS: kafka,
    PENSTOCK_REGISTRY_URL: registry,
    PENSTOCK_POSTGRES_URL: postgres,
    PENSTOCK_NEO4J_URL: neo4j,
    PENSTOCK_QDRANT_URL: qdrant,
    PENSTOCK_REDIS_URL: redis,
    PENSTOCK_HTTP_PORT: '0',
    PENSTOCK_HTTP_ALLOW_PRIVATE: 'true',
    // Vectors of meaning take time, and few tests look at them.
    PENSTOCK_EMBEDDING_PROVIDER: 'hash',
    PENSTOCK_LOG_LEVEL: process.env['PENSTOCK_TEST_LOG'] ?? 'silent',
  };
}

/** A namespace nobody else has, so that tests on one stack do not see one another. */
export function aNamespace(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** Starts all roles, or all but some. */
export async function startPenstock(
  overrides: Partial<Config> = {},
  leftOut: readonly RoleName[] = [],
): Promise<PenstockUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'penstock-e2e-'));
  const uploadRoot = join(folder, 'documents');
  await mkdir(uploadRoot);
  const folders = { stagingFolder: join(folder, 'staging'), uploadRoots: [uploadRoot] };
  const config: Config = { ...loadConfig(stackEnvironment()), ...folders, ...overrides };
  const fatal: Error[] = [];
  const start = (without: readonly RoleName[] = []) => {
    const roles = roleNames.filter((name) => !without.includes(name));
    return runRoles(config, roles, { onFatal: (error) => fatal.push(error) });
  };
  let running = await start(leftOut);
  return {
    config,
    uploadRoot,
    fatal,
    get api() {
      return new PenstockApi(running.address);
    },
    stagedFiles: () => filesIn(config.stagingFolder),
    pause: () => running.stop(),
    restart: async (without) => {
      running = await start(without);
    },
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** There is no staging folder until something is staged. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
