import { randomUUID } from 'node:crypto';

import type { INestApplication } from '@nestjs/common';
import { PermanentFailure } from '#failure';
import { RateLimits } from '#access';
import type { Config } from '#config';
import { migrate } from '#database';
import { ensureTopics } from '#kafka';
import { makeStaging } from '#pipeline/stager';
import { PostgresReader } from '#stores/postgres';
import { RedisDocumentCache } from '#stores/redis';
import { startTracer } from '#telemetry';

import { createAccess } from './access.js';
import { createHttpApp } from './http-app.js';
import { LiveDocumentReader } from './live-document-reader.js';
import { migrations } from './migrations.js';
import { createPlatform, type Platform } from './platform.js';
import { roleNames, roleProblems, type RoleName } from './roles.js';
import { startBackground, type Background } from './background.js';
import { serviceChecks } from './service-checks.js';
import { watchBoard } from './board.js';
import { nameRefusal } from './name-refusal.js';
import { createSearch, type SearchParts } from './search.js';
import { createRedis } from './stores.js';
import { createStage, type ConsumingRole, type RunningStage } from './stages.js';
import { connectStages } from './transports.js';
import { waitForServices } from './wait-for-services.js';

/** A process whose roles work. */
export interface Running {
  /** Where the API, or health and metrics, can be reached. */
  readonly address: string;
  /** Finishes what is in hand, then lets go of everything; safe to call twice. */
  stop(): Promise<void>;
}

export interface RunOptions {
  /** Called once if a role can't go on, e.g. because retention passed it; the process should exit then. */
  readonly onFatal: (error: Error) => void;
}

/**
 * Starts roles in this process: checks the map, brings schema and topics up to date, prepares the
 * stores, then consumes.
 * @throws PermanentFailure for an unknown role, a contradiction in the map, settings that contradict each other, a
 *   service that nobody vouches for or that refuses the login, or a store that refuses its settings.
 */
export async function runRoles(config: Config, names: readonly RoleName[], options: RunOptions): Promise<Running> {
  checkRoles(names);
  const untraced = createPlatform(config, randomUUID().slice(0, 8));
  const platform: Platform = { ...untraced, tracer: await startTracer(config, untraced) };
  const { log } = platform;
  await waitForServices(() => prepare(platform), log);
  const access = await createAccess(platform, names.includes('api'));
  const staging = makeStaging(config);
  const stages = new Map<ConsumingRole, RunningStage>();
  for (const name of names) {
    if (name !== 'api' && name !== 'relay' && name !== 'front') stages.set(name, createStage(name, platform, staging));
  }
  await Promise.all([...stages.values()].map(({ prepare: ready }) => waitForServices(async () => ready?.(), log)));
  const redis = createRedis(config);
  const cache = new RedisDocumentCache(redis, { ttlMs: config.redisTtlMs });
  const documents = new LiveDocumentReader(redis, cache, new PostgresReader(platform.reads), log);
  const { rateLimit: callerMax, rateLimitStrangers: strangerMax } = config;
  const limits = new RateLimits({ redis, callerMax, strangerMax });
  const search = names.includes('api') ? createSearch(platform, redis) : undefined;
  const board = names.includes('api') ? watchBoard(platform) : undefined;
  const checks = serviceChecks(names, platform, staging);
  const parts = { platform, staging, stages, documents, search, board: board?.watch, checks };
  const app = await createHttpApp(names, parts, { access, limits });
  const background: Background[] = [];
  const stop = onlyOnce(() => shutDown({ app, background, stages, search, board, documents, platform }));
  try {
    const publishers = await connectStages(app, platform, [...stages.keys()], options.onFatal);
    background.push(...publishers);
    checks.push(...publishers.map(({ health }) => health));
    background.unshift(await startBackground(platform, names, staging));
    void search?.warmUp();
    const address = await listen(app, config, names.includes('api'));
    await app.startAllMicroservices();
    return { address, stop };
  } catch (error) {
    // What works already would go on, and hold locks that others wait for.
    await stop().catch(() => undefined);
    throw error;
  }
}

function checkRoles(names: readonly RoleName[]): void {
  const problems = roleProblems();
  for (const name of names) {
    if (!roleNames.includes(name)) problems.push(`no role is called ${name}; there are ${roleNames.join(', ')}`);
  }
  if (names.length === 0) problems.push('no roles to run');
  if (problems.length > 0) throw new PermanentFailure(problems.join('\n'), { reason: 'bad-roles' });
}

async function prepare({ codec, config, kafka, log, pool }: Platform): Promise<void> {
  const { partitions, replicationFactor } = config;
  await Promise.all([
    nameRefusal('postgres', () => migrate(pool, migrations)),
    nameRefusal('registry', () => codec.start()),
    nameRefusal('kafka', () => ensureTopics({ ...kafka, partitions, replicationFactor, log })),
  ]);
}

async function listen(app: INestApplication, config: Config, api: boolean): Promise<string> {
  const port = api ? config.httpPort : config.healthPort;
  try {
    await app.listen(port, config.httpHost);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const setting = api ? 'PENSTOCK_HTTP_PORT' : 'PENSTOCK_HEALTH_PORT';
    const message = `port ${port} on ${config.httpHost} is in use by another program (another one: ${setting})`;
    throw new PermanentFailure(message, { reason: 'port-in-use', cause: error });
  }
  return (await app.getUrl()).replace('[::1]', '127.0.0.1');
}

interface Parts {
  readonly app: INestApplication;
  readonly background: readonly Background[];
  readonly stages: ReadonlyMap<ConsumingRole, RunningStage>;
  readonly search: SearchParts | undefined;
  readonly board: Background | undefined;
  readonly documents: LiveDocumentReader;
  readonly platform: Platform;
}

async function shutDown({ app, background, stages, search, board, documents, platform }: Parts): Promise<void> {
  // The door closes when its last answer has ended, and the streams of the board end only now.
  await board?.stop();
  await app.close();
  for (const part of background) await part.stop();
  await Promise.all([search?.close(), ...[...stages.values()].map(async ({ close }) => close?.())]);
  documents.close();
  await platform.pool.end();
  await platform.tracer?.close();
}

function onlyOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
