import type { Pool } from 'pg';

import type { StoreClients } from '../../apps/stores.js';

/** Counts what is asked of a store, each request or statement once, however much it holds. */
export class Requests {
  count = 0;

  /** Counts the calls of some methods of an object, which stays the same object. */
  of<T extends object>(target: T, ...methods: readonly (keyof T & string)[]): T {
    for (const name of methods) {
      const method = target[name] as (...given: unknown[]) => unknown;
      const counted = (...given: unknown[]): unknown => {
        this.count += 1;
        return method.apply(target, given);
      };
      Object.defineProperty(target, name, { value: counted, configurable: true });
    }
    return target;
  }
}

/** Clients whose requests are counted: a pipeline of Redis is one, a statement of Neo4j one. */
export function countedClients(clients: StoreClients, requests: Requests): StoreClients {
  return {
    neo4j: () => {
      const driver = clients.neo4j();
      const session = driver.session.bind(driver);
      driver.session = (config) => {
        const opened = session(config);
        const begin = opened.beginTransaction.bind(opened);
        opened.beginTransaction = (options) => requests.of(begin(options), 'run');
        return opened;
      };
      return driver;
    },
    qdrant: () => requests.of(clients.qdrant(), 'batchUpdate', 'retrieve', 'scroll', 'upsert', 'setPayload'),
    redis: () => {
      const redis = clients.redis();
      const pipeline = redis.pipeline.bind(redis);
      redis.pipeline = (...given) => requests.of(pipeline(...given), 'exec');
      return redis;
    },
  };
}

/** Counts statements, also of transactions. */
export function countStatements(pool: Pool, requests: Requests): void {
  pool.on('connect', (client) => requests.of(client, 'query'));
}
