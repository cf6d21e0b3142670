import type { QdrantClient } from '@qdrant/js-client-rest';
import type { Redis } from 'ioredis';
import type { Driver } from 'neo4j-driver';
import type { Pool } from 'pg';

import type { Config } from '#config';
import { createPool } from '#database';
import type { DocumentEmbedded } from '#events';
import type { StoreName } from '#stores/port';

import { storeClients } from '../../../apps/stores.js';
import { writeNeo4j } from './neo4j.js';
import { writePostgres } from './postgres.js';
import { writeQdrant } from './qdrant.js';
import { writeRedis } from './redis.js';

/** The stores by their own drivers, as a plain script uses them. */
export class StoreClients {
  readonly pool: Pool;
  readonly driver: Driver;
  readonly qdrant: QdrantClient;
  readonly redis: Redis;

  constructor(config: Config) {
    const clients = storeClients({ config });
    this.pool = createPool(config.postgresUrl, { name: 'bench' });
    this.driver = clients.neo4j();
    this.qdrant = clients.qdrant();
    this.redis = clients.redis();
  }

  /** Writes documents straight to where users read them. */
  writeLive(store: StoreName, parts: readonly DocumentEmbedded[]): Promise<void> {
    switch (store) {
      case 'postgres':
        return writePostgres(this.pool, parts);
      case 'neo4j':
        return writeNeo4j(this.driver, parts);
      case 'qdrant':
        return writeQdrant(this.qdrant, parts);
      case 'redis':
        return writeRedis(this.redis, parts);
    }
  }

  /** How many live documents of a namespace each store shows. */
  async liveDocuments(namespace: string): Promise<Record<StoreName, number>> {
    const { rows } = await this.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM penstock.live_documents WHERE namespace = $1',
      [namespace],
    );
    const { records } = await this.driver.executeQuery(
      'MATCH (e:Episodic {group_id: $namespace}) RETURN count(e) AS count',
      { namespace },
    );
    const match = (key: string, value: string | boolean) => ({ key, match: { value } });
    const filter = { must: [match('namespace', namespace), match('live', true)] };
    const { count: points } = await this.qdrant.count('penstock_documents', { filter, exact: true });
    return {
      postgres: rows[0]?.count ?? 0,
      neo4j: Number(records[0]?.get('count')),
      qdrant: points,
      redis: await this.countKeys(`penstock:${namespace}:document:*`),
    };
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await Promise.all([this.pool.end(), this.driver.close()]);
  }

  private async countKeys(pattern: string): Promise<number> {
    let count = 0;
    for await (const keys of this.redis.scanStream({ match: pattern, count: 1_000 })) {
      count += (keys as string[]).filter((key) => !key.endsWith(':chunks')).length;
    }
    return count;
  }
}
