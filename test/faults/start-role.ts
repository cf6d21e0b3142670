import { setTimeout as pause } from 'node:timers/promises';

import type { Config } from '#config';
import { createPool } from '#database';
import { BatchConsumer, KafkaPublisher, type RecordPublisher } from '#kafka';
import { OutboxRelay } from '#outbox';
import { EmbedderStage } from '#pipeline/embedder';
import { makeStaging } from '#pipeline/stager';
import { WriterStage } from '#saga';
import type { StoreName } from '#stores/port';

import { startBackground } from '../../apps/background.js';
import { createEmbeddingModel } from '../../apps/models.js';
import { createPlatform, type Platform } from '../../apps/platform.js';
import { roleSpec, type RoleName } from '../../apps/roles.js';
import { createStage, type ConsumingRole, type RunningStage } from '../../apps/stages.js';
import { createStoreWriter, storeClients } from '../../apps/stores.js';
import type { TestedRole } from './cells.js';
import type { Failpoints } from './failpoints.js';
import { watchedClients, watchModel, watchPool, WatchedStaging } from './probed-drivers.js';
import { ProbedPublisher } from './probed-publisher.js';
import { ProbedRelayPublisher, watchRelayConnection } from './probed-relay.js';
import { probedStage, refuseEvents } from './probed-stage.js';
import { ProbedWriter, RefusingWriter, type Refusals } from './probed-writer.js';
import { startApi } from './start-api.js';

export interface StartedRole {
  /** Where it can be asked, if it is the API. */
  readonly address?: string;
  stop(): Promise<void>;
}

export interface RoleSurroundings {
  readonly config: Config;
  readonly instance: string;
  readonly failpoints: Failpoints;
  /** Writers and stages that are not under test may be told to refuse. */
  readonly refusals: Refusals;
  readonly onFatal: (error: Error) => void;
}

const pollMs = 20;

/**
 * Starts one role as `apps` wires it, on the real consumer loop and the real drivers, with failpoints around its ports.
 */
export async function startRole(name: RoleName, around: RoleSurroundings): Promise<StartedRole> {
  const { config, failpoints, instance } = around;
  const platform = createPlatform(config, instance);
  await platform.codec.start();
  const stopPlatform = (): Promise<void> => platform.pool.end();
  if (name === 'api') return startDoor(platform, failpoints, stopPlatform);
  if (name === 'relay') return startRelay(platform, failpoints, stopPlatform);
  const consumer = await startConsumer(name as ConsumingRole, platform, around);
  const background = await startBackground(platform, [name], makeStaging(config));
  return {
    stop: async () => {
      await background.stop();
      await consumer.stop();
      await stopPlatform();
    },
  };
}

async function startDoor(
  platform: Platform,
  failpoints: Failpoints,
  stopPlatform: () => Promise<void>,
): Promise<StartedRole> {
  const outbox = watchOutbox(platform);
  const { address, stop } = await startApi(platform, failpoints, outbox.published);
  return { address, stop: () => stop().then(outbox.close).then(stopPlatform) };
}

interface WatchedOutbox {
  /** Resolves when nothing of a document waits to be published. */
  readonly published: (key: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

function watchOutbox({ config, instance }: Platform): WatchedOutbox {
  const outbox = createPool(config.postgresUrl, { name: `${instance}.outbox`, max: 2 });
  const isWaiting = async (key: string): Promise<boolean> =>
    (await outbox.query('SELECT FROM penstock.outbox WHERE key = $1 LIMIT 1', [key])).rowCount !== 0;
  return {
    published: async (key) => {
      while (await isWaiting(key)) await pause(pollMs);
    },
    close: () => outbox.end(),
  };
}

async function startConsumer(
  name: ConsumingRole,
  platform: Platform,
  { failpoints, refusals, onFatal }: RoleSurroundings,
): Promise<StartedRole> {
  const { config, codec, instance, log, metrics, nowMs } = platform;
  const brokers = config.kafkaBrokers;
  const { published, close: closeOutbox } = watchOutbox(platform);
  watchPool(platform.pool, failpoints);
  const running = stageOf(name, platform, { failpoints, refusals, published });
  await running.prepare?.();
  const publisher = new KafkaPublisher({ brokers, role: name, instance, codec, log, metrics, nowMs });
  await publisher.start();
  const consumer = new BatchConsumer({
    ...{ role: roleSpec(name), brokers, instance, codec, config, log, metrics, nowMs, onFatal },
    stage: probedStage(name as TestedRole, running.stage, failpoints, published),
    publisher: new ProbedPublisher(publisher, failpoints),
  });
  await consumer.start();
  return {
    stop: async () => {
      await consumer.stop();
      await publisher.close();
      await running.close?.();
      await closeOutbox();
    },
  };
}

interface Probes {
  readonly failpoints: Failpoints;
  readonly refusals: Refusals;
  readonly published: (key: string) => Promise<void>;
}

function stageOf(name: ConsumingRole, platform: Platform, { failpoints, refusals, published }: Probes): RunningStage {
  const staging = new WatchedStaging(makeStaging(platform.config), failpoints);
  if (name === 'embedder') {
    const model = watchModel(createEmbeddingModel(platform), failpoints);
    return { stage: new EmbedderStage(model), prepare: () => model.prepare(), close: () => model.close() };
  }
  if (!name.startsWith('writer-')) {
    const running = createStage(name, platform, staging);
    refuseEvents(name, running.stage, refusals);
    return running;
  }
  const store = name.slice('writer-'.length) as StoreName;
  const inner = createStoreWriter(platform, store, watchedClients(storeClients(platform), failpoints));
  const writer = new ProbedWriter(new RefusingWriter(inner, refusals), failpoints, published);
  const stage = new WriterStage(writer, platform.config, platform.metrics);
  return { stage, prepare: () => writer.prepare(), close: () => writer.close() };
}

async function startRelay(
  { config, codec, instance, log, metrics, nowMs }: Platform,
  failpoints: Failpoints,
  stopPlatform: () => Promise<void>,
): Promise<StartedRole> {
  const options = { brokers: config.kafkaBrokers, role: 'relay', instance, codec, log, metrics, nowMs };
  const publisher = new KafkaPublisher(options);
  await publisher.start();
  watchRelayConnection(failpoints);
  const doubling: RecordPublisher = new ProbedPublisher(publisher, failpoints);
  const probed = new ProbedRelayPublisher(doubling, failpoints);
  const relay = new OutboxRelay({ url: config.postgresUrl, publisher: probed, codec, log, metrics });
  relay.start();
  return {
    stop: async () => {
      await relay.stop();
      await publisher.close();
      await stopPlatform();
    },
  };
}
