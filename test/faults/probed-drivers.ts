import { Readable } from 'node:stream';

import type { Pool } from 'pg';

import type { EmbeddingModel } from '#models';
import { Staging, type PutLimits, type StagedEntry, type StagedObject } from '#pipeline/stager';

import type { StoreClients } from '../../apps/stores.js';
import type { Failpoints } from './failpoints.js';

type Connect = (callback?: unknown) => Promise<Queried>;
interface Queried {
  query: (...given: unknown[]) => unknown;
}

/** Meets whoever is about to ask, to open a transaction, or to commit one. */
export function watchPool(pool: Pool, failpoints: Failpoints): void {
  const watched = pool as unknown as { connect: Connect; query: (...given: unknown[]) => Promise<unknown> };
  const seen = new WeakSet<Queried>();
  const [connect, query] = [watched.connect.bind(pool), watched.query.bind(pool)];
  watched.query = async (...given) => {
    await failpoints.hook('query');
    return query(...given);
  };
  watched.connect = (callback) => {
    // The pool's own query comes this way, with a callback.
    if (callback !== undefined) return connect(callback);
    return failpoints.hook('connect').then(async () => {
      const client = await connect();
      if (!seen.has(client)) watchCommit(client, failpoints);
      seen.add(client);
      return client;
    });
  };
}

function watchCommit(client: Queried, failpoints: Failpoints): void {
  const query = client.query.bind(client);
  const commit = async (...given: unknown[]): Promise<unknown> => {
    await failpoints.hook('commit');
    const answer = await query(...given);
    await failpoints.hook('committed');
    return answer;
  };
  client.query = (...given) => (given[0] === 'COMMIT' ? commit(...given) : query(...given));
}

/** The drivers of the stores, with a stop before each commit, or after what is done in one step was done. */
export function watchedClients(clients: StoreClients, failpoints: Failpoints): StoreClients {
  return {
    neo4j: () => watchNeo4j(clients.neo4j(), failpoints),
    qdrant: () => watchQdrant(clients.qdrant(), failpoints),
    redis: () => watchRedis(clients.redis(), failpoints),
  };
}

type Client<Store extends keyof StoreClients> = ReturnType<StoreClients[Store]>;

function watchNeo4j(driver: Client<'neo4j'>, failpoints: Failpoints): Client<'neo4j'> {
  const session = driver.session.bind(driver);
  driver.session = (config) => {
    const opened = session(config);
    const begin = opened.beginTransaction.bind(opened);
    opened.beginTransaction = (options) => {
      const transaction = begin(options);
      const commit = transaction.commit.bind(transaction);
      transaction.commit = async () => {
        await failpoints.hook('commit');
        await commit();
      };
      return transaction;
    };
    return opened;
  };
  return driver;
}

function watchQdrant(client: Client<'qdrant'>, failpoints: Failpoints): Client<'qdrant'> {
  const update = client.batchUpdate.bind(client);
  client.batchUpdate = async (...given) => {
    const answer = await update(...given);
    await failpoints.hook('answer');
    return answer;
  };
  return client;
}

function watchRedis(redis: Client<'redis'>, failpoints: Failpoints): Client<'redis'> {
  const pipeline = redis.pipeline.bind(redis);
  redis.pipeline = (...given) => {
    const opened = pipeline(...given);
    const exec = opened.exec.bind(opened) as () => ReturnType<typeof opened.exec>;
    opened.exec = async () => {
      const answer = await exec();
      await failpoints.hook('answer');
      return answer;
    };
    return opened;
  };
  return redis;
}

export function watchModel(model: EmbeddingModel, failpoints: Failpoints): EmbeddingModel {
  const embed = model.embed.bind(model);
  model.embed = async (...given) => {
    await failpoints.hook('before');
    const vectors = await embed(...given);
    await failpoints.hook('mid');
    return vectors;
  };
  return model;
}

/** Staging with a stop before it is used, after bytes were put, and between two pieces that are read. */
export class WatchedStaging extends Staging {
  constructor(
    private readonly staging: Staging,
    private readonly failpoints: Failpoints,
  ) {
    super();
  }

  override async put(ref: string, stream: Readable, limits: PutLimits): Promise<StagedObject> {
    await this.failpoints.hook('before');
    const staged = await this.staging.put(ref, stream, limits);
    await this.failpoints.hook('mid');
    return staged;
  }

  override async read(ref: string): Promise<Readable> {
    await this.failpoints.hook('before');
    const stream = await this.staging.read(ref);
    return Readable.from(halves(stream, () => this.failpoints.hook('mid')));
  }

  override stat(ref: string): Promise<StagedObject | undefined> {
    return this.staging.stat(ref);
  }

  override async remove(ref: string): Promise<void> {
    await this.failpoints.hook('remove');
    return this.staging.remove(ref);
  }

  override list(): AsyncIterable<StagedEntry> {
    return this.staging.list();
  }

  override check(): Promise<void> {
    return this.staging.check();
  }
}

/** Hands on the first half of each piece, then stops, then the second. */
export async function* halves(stream: Readable, between: () => Promise<void>): AsyncGenerator<Buffer> {
  for await (const piece of stream) {
    const bytes = piece as Buffer;
    const half = Math.ceil(bytes.length / 2);
    yield bytes.subarray(0, half);
    await between();
    yield bytes.subarray(half);
  }
}
