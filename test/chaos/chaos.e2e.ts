import { randomInt } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { RoleName } from '../../apps/roles.js';
import {
  cacheFolderOf,
  freePorts,
  serviceNames,
  startStack,
  type ServiceName,
  type Stack,
  type StackOptions,
} from '#stack';

import { violations } from './checker.js';
import { runClient, type Operation } from './clients.js';
import { runFaults } from './faults.js';
import { quiescence } from './quiescence.js';
import { RoleProcesses } from '../processes/role-processes.js';
import { readTopic } from './saga-log.js';
import { Seeded } from './seeded.js';
import { look } from './seen.js';
import { StoreContents } from './store-contents.js';

/** More or longer trials, or one that failed again, on demand. */
const trials = Number(process.env['PENSTOCK_CHAOS_TRIALS'] ?? 2);
const firstSeed = Number(process.env['PENSTOCK_CHAOS_SEED'] ?? randomInt(1_000_000));
const trialMs = Number(process.env['PENSTOCK_CHAOS_MS'] ?? 3000);
/** A second process of each consuming role, so that a frozen one wakes up to find that another one took its place. */
const twins = process.env['PENSTOCK_CHAOS_TWINS'] !== undefined;
/** The services on a JVM take long to come back: a short run leaves them alone. */
const services: readonly ServiceName[] =
  process.env['PENSTOCK_CHAOS_TRIALS'] === undefined ? ['postgres', 'qdrant', 'redis'] : serviceNames;
const clients = 4;
const quiescenceMs = 90_000;

const folder = mkdtempSync(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'penstock-chaos-'));
const stagingFolder = join(folder, 'staging');
const options: StackOptions = {
  dataFolder: join(folder, 'stack'),
  cacheFolder: cacheFolderOf(process.env),
  ports: await freePorts(),
};
const httpPort = (await freePorts()).redis;
let stack: Stack;
let contents: StoreContents;
let roles: RoleProcesses;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  stack = await startStack(options);
  contents = new StoreContents(stack.addresses);
  const pipeline = ['stager', 'parser', 'extractor', 'embedder'] as const;
  const writers = [['writer-neo4j'], ['writer-postgres'], ['writer-qdrant'], ['writer-redis']] as const;
  const groups: (readonly RoleName[])[] = [['api'], ['relay'], pipeline, ...writers, ['ledger', 'janitor']];
  if (twins) groups.push(pipeline, ...writers, ['ledger', 'janitor']);
  roles = new RoleProcesses(groups, environment(), join(folder, 'roles.log'));
  await roles.start();
}, 300_000);

afterAll(async () => {
  await roles.stop();
  await contents.close();
  await stack.stop();
  if (process.env['PENSTOCK_CHAOS_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
}, 120_000);

function environment(): Record<string, string> {
  const { kafka, registry, postgres, neo4j, qdrant, redis } = stack.addresses;
  return {
    PENSTOCK_KAFKA_BROKERS: kafka,
    PENSTOCK_REGISTRY_URL: registry,
    PENSTOCK_POSTGRES_URL: postgres,
    PENSTOCK_NEO4J_URL: neo4j,
    PENSTOCK_QDRANT_URL: qdrant,
    PENSTOCK_REDIS_URL: redis,
    PENSTOCK_HTTP_PORT: String(httpPort),
    PENSTOCK_STAGING_FOLDER: stagingFolder,
    PENSTOCK_SESSION_TIMEOUT: '6s',
    // So short that what a fault holds up is given up now and then: both ends of the saga are met.
    PENSTOCK_WRITE_DEADLINE: process.env['PENSTOCK_CHAOS_WRITE_DEADLINE'] ?? '2s',
    PENSTOCK_EMBEDDING_PROVIDER: 'hash',
    PENSTOCK_CHUNK_TOKENS: '32',
    PENSTOCK_CHUNK_OVERLAP_TOKENS: '4',
    PENSTOCK_PART_CHUNKS_MAX: '2',
    PENSTOCK_LOG_LEVEL: 'warn',
  };
}

async function trial(seed: number): Promise<string[]> {
  const random = new Seeded(seed);
  const tag = `${seed}-${Date.now() % 100_000}`;
  const documents = {
    namespaces: [`chaos-a-${tag}`, `chaos-b-${tag}`],
    documentIds: ['report', 'a/b: notes', 'letter:chunks'],
  };
  const history: Operation[] = [];
  const over = new AbortController();
  const running = Array.from({ length: clients }, () =>
    runClient(`http://127.0.0.1:${httpPort}`, documents, random.fork(), history, over.signal),
  );
  const target = { roles, stack: options, services };
  const faults = runFaults(target, random.fork(), over.signal);
  await pause(trialMs);
  over.abort();
  await Promise.all(running);
  const done = await faults;
  const found: string[] = [];
  const healedMs = performance.now();
  await quiescence(stack.addresses, contents, documents.namespaces, quiescenceMs).catch((error: unknown) =>
    found.push(String(error)),
  );
  const quietMs = Math.round(performance.now() - healedMs);
  const seen = await look(contents, stack.addresses, documents.namespaces, history);
  found.push(...violations(seen, stagingFolder));
  const count = (result: string): number => history.filter((one) => one.result === result).length;
  const letters = (await readTopic(stack.addresses, 'penstock.documents.dead-letter')).length;
  const statuses = Object.groupBy(seen.ledger, ({ status }) => status);
  const summary = Object.entries(statuses).map(([status, rows]) => `${rows?.length} ${status}`);
  report(
    `seed ${seed}: ok ${count('ok')} fail ${count('fail')} info ${count('info')}; quiet after ${quietMs} ms; ` +
      `${letters} dead letters; ` +
      `${summary.join(', ')}; ${roles.all.map(({ name, deaths }) => `${name} ${deaths}`).join(' ')}\n` +
      [...done.map((line) => `    ${line}`), ...found.map((line) => `  VIOLATION ${line}`)].join('\n'),
  );
  return found;
}

function report(text: string): void {
  const file = process.env['PENSTOCK_CHAOS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${new Date().toISOString()} ${folder} ${text}\n`);
}

describe('with processes and services that die and freeze', () => {
  for (let i = 0; i < trials; i += 1) {
    const seed = firstSeed + i;
    it(
      `every document ends live in all four stores or in none (PENSTOCK_CHAOS_SEED=${seed})`,
      async () => {
        expect(await trial(seed)).toEqual([]);
      },
      300_000 + trialMs,
    );
  }
});
