import type { Config } from '#config';
import { createPool } from '#database';
import type { StoreName } from '#stores/port';
import { documentCacheKeys } from '#stores/redis';

import { trustAuthorities } from '../connections.js';
import { storeClients } from '../stores.js';

import type { IngestionReport } from './ingestion-report.js';

type Counts = Readonly<Record<StoreName, number>>;

/** Looks into the four stores from outside, with each store's own client and public contract. */
export interface Traces {
  /** Chunks, mentions, points and cache entries that users see of an ingestion. */
  live(report: IngestionReport): Promise<Counts>;
  /** All that carries the ingestionId, pending or live; bookkeeping left out. */
  everything(report: IngestionReport): Promise<Counts>;
  close(): Promise<void>;
}

const liveGraph = 'MATCH (e:Episodic {uuid: $id, group_id: $namespace}) RETURN count(e) AS n';
const allGraph = `MATCH (n) WHERE (n:Episodic AND n.uuid = $id) OR (n:PenstockPendingPart AND n.ingestionId = $id)
  RETURN count(n) AS n`;

/** Connects to the stores of the settings. */
export async function openTraces(config: Config): Promise<Traces> {
  trustAuthorities(config);
  const pool = createPool(config.postgresUrl, { name: 'traces', max: 1 });
  const clients = storeClients({ config });
  const [driver, qdrant, redis] = [clients.neo4j(), clients.qdrant(), clients.redis()];
  const rows = async (sql: string, id: string): Promise<number> =>
    (await pool.query<{ n: number }>(sql, [id])).rows[0]?.n ?? 0;
  const nodes = async (cypher: string, { ingestionId: id, namespace }: IngestionReport): Promise<number> =>
    (await driver.executeQuery(cypher, { id, namespace })).records[0]?.get('n') as number;
  const points = async (must: readonly object[]): Promise<number> =>
    (await qdrant.count('penstock_chunks', { filter: { must: [...must] }, exact: true })).count;
  const byIngestion = (id: string): object => ({ key: 'ingestion_id', match: { value: id } });
  return {
    live: async (report) => ({
      postgres: await rows('SELECT count(*)::int AS n FROM live_chunks WHERE ingestion_id = $1', report.ingestionId),
      neo4j: await nodes(liveGraph, report),
      qdrant: await points([byIngestion(report.ingestionId), { key: 'live', match: { value: true } }]),
      redis: await redis.exists(documentCacheKeys(report).hash),
    }),
    everything: async (report) => ({
      postgres: await rows(allRows, report.ingestionId),
      neo4j: await nodes(allGraph, report),
      qdrant: await points([byIngestion(report.ingestionId)]),
      redis: await redis.exists(documentCacheKeys(report).hash, `penstock-pending:${report.ingestionId}`),
    }),
    close: async () => {
      redis.disconnect();
      await Promise.all([driver.close(), pool.end()]);
    },
  };
}

const allRows = ['chunks', 'entities', 'mentions', 'facts', 'records']
  .map((table) => `SELECT count(*) AS n FROM store_${table} WHERE ingestion_id = $1`)
  .reduce((sql, one, index) => (index === 0 ? one : `${sql} UNION ALL ${one}`), '')
  .replace(/^(.*)$/s, 'SELECT sum(n)::int AS n FROM ($1) AS counts');
