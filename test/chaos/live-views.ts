import { QdrantClient } from '@qdrant/js-client-rest';
import { Redis } from 'ioredis';
import neo4j, { type Driver } from 'neo4j-driver';
import pg from 'pg';

import type { StackAddresses } from '#stack';

import type { Documents } from './clients.js';

const answerMs = 2500;

/** What one look at the live view of one store showed of one document. */
export interface Sight {
  readonly document: string;
  readonly ingestionId: string;
  readonly version: number | undefined;
  /** Values of its chunks, in Neo4j of its entities. */
  readonly values: readonly string[];
  /** `seq:startOffset` of what it mentions, where the store shows that. */
  readonly mentions?: readonly string[];
  /** How many of its facts, and of the entities that they and its mentions name, the same look did not show. */
  readonly unshown?: number;
}

/**
 * The live views of the four stores as a user's own clients read them, each document in one request, so that a torn
 * answer is the store's doing. Clients give up soon: services die under them.
 */
export class LiveViews {
  private readonly qdrant: QdrantClient;
  private readonly redis: Redis;
  private readonly pool: pg.Pool;
  private readonly driver: Driver;

  constructor(addresses: StackAddresses) {
    this.qdrant = new QdrantClient({ url: addresses.qdrant, checkCompatibility: false, timeout: answerMs });
    const retries = { maxRetriesPerRequest: 1, commandTimeout: answerMs, retryStrategy: () => 200 };
    this.redis = new Redis(addresses.redis, retries);
    this.redis.on('error', () => undefined);
    const { postgres: connectionString } = addresses;
    const timeouts = { query_timeout: answerMs, connectionTimeoutMillis: answerMs };
    this.pool = new pg.Pool({ connectionString, max: 2, ...timeouts });
    this.pool.on('error', () => undefined);
    this.driver = neo4j.driver(addresses.neo4j, neo4j.auth.basic('neo4j', 'penstock'), {
      disableLosslessIntegers: true,
      connectionTimeout: answerMs,
      connectionAcquisitionTimeout: answerMs,
      maxTransactionRetryTime: 0,
    });
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await Promise.allSettled([this.pool.end(), this.driver.close()]);
  }

  /** The looks at one store, one request each. @throws whatever the store's client does. */
  look(store: 'neo4j' | 'postgres' | 'qdrant' | 'redis', documents: Documents): Promise<Sight[]> {
    switch (store) {
      case 'neo4j':
        return this.lookAtNeo4j(documents);
      case 'postgres':
        return this.lookAtPostgres(documents);
      case 'qdrant':
        return this.lookAtQdrant(documents);
      case 'redis':
        return this.lookAtRedis(documents);
    }
  }

  private async lookAtPostgres({ namespaces }: Documents): Promise<Sight[]> {
    const { rows } = await this.pool.query<Sight>(
      `SELECT namespace || '/' || document_id AS document, ingestion_id AS "ingestionId", version::int AS version,
         ARRAY(SELECT c.seq || ':' || c.text FROM penstock.live_chunks c WHERE c.ingestion_id = d.ingestion_id) AS values,
         ARRAY(SELECT m.seq || ':' || m.start_offset FROM penstock.live_mentions m
           WHERE m.ingestion_id = d.ingestion_id) AS mentions,
         (SELECT count(*)::int FROM (
           SELECT m.entity_uuid FROM penstock.live_mentions m WHERE m.ingestion_id = d.ingestion_id
           UNION SELECT unnest(ARRAY[s.source_uuid, s.target_uuid]) FROM penstock.store_facts f
             JOIN penstock.live_facts s ON s.uuid = f.uuid AND s.namespace = d.namespace
             WHERE f.ingestion_id = d.ingestion_id
           ) AS named (uuid) WHERE NOT EXISTS (
             SELECT FROM penstock.live_entities e WHERE e.uuid = named.uuid AND e.namespace = d.namespace)) +
         (SELECT count(*)::int FROM penstock.store_facts f WHERE f.ingestion_id = d.ingestion_id AND NOT EXISTS (
           SELECT FROM penstock.live_facts s WHERE s.uuid = f.uuid AND s.namespace = d.namespace)) AS unshown
       FROM penstock.live_documents d WHERE namespace = ANY($1)`,
      [namespaces],
    );
    return rows;
  }

  private async lookAtNeo4j({ namespaces }: Documents): Promise<Sight[]> {
    const session = this.driver.session();
    try {
      const { records } = await session.run(
        `MATCH (e:Episodic) WHERE e.group_id IN $namespaces
         RETURN e.group_id + '/' + e.document_id AS document, e.uuid AS ingestionId,
           [(e)-[m:MENTIONS|PENSTOCK_MENTIONS]->(n) WHERE m.by_alias IS NULL | n.uuid] AS values`,
        { namespaces },
        { timeout: answerMs },
      );
      const rows = records.map((record) => record.toObject() as Omit<Sight, 'version'>);
      // Neo4j reads what is committed: a node that goes while a statement runs leaves a row of nulls, and nothing else.
      return rows.filter(({ ingestionId }) => ingestionId !== null).map((row) => ({ ...row, version: undefined }));
    } finally {
      await session.close().catch(() => undefined);
    }
  }

  private async lookAtQdrant({ namespaces }: Documents): Promise<Sight[]> {
    const must = [
      { key: 'namespace', match: { any: [...namespaces] } },
      { key: 'live', match: { value: true } },
    ];
    const { points } = await this.qdrant.scroll('penstock_chunks', { filter: { must }, limit: 10_000 });
    const seen = new Map<string, { document: string; version: number; values: string[] }>();
    for (const { payload } of points) {
      const { namespace, document_id, ingestion_id, version, seq, text } = payload ?? {};
      const id = String(ingestion_id);
      const document = `${String(namespace)}/${String(document_id)}`;
      const one = seen.get(id) ?? { document, version: Number(version), values: [] };
      one.values.push(`${String(seq)}:${String(text)}`);
      seen.set(id, one);
    }
    return [...seen].map(([ingestionId, one]) => ({ ingestionId, ...one }));
  }

  private async lookAtRedis({ namespaces, documentIds }: Documents): Promise<Sight[]> {
    const sights: Sight[] = [];
    for (const namespace of namespaces) {
      for (const documentId of documentIds) {
        const key = `penstock:${namespace}:document:${documentId.replace(/:chunks$/, '%3Achunks')}`;
        const replies = await this.redis.multi().hgetall(key).lrange(`${key}:chunks`, 0, -1).exec();
        const [fields, list] = (replies ?? []).map(([error, reply]) => {
          if (error !== null) throw error;
          return reply;
        }) as [Record<string, string>, string[]];
        if (fields['ingestion_id'] === undefined) continue;
        const chunks = list.map((json) => JSON.parse(json) as { seq: number; text: string });
        sights.push({
          document: `${namespace}/${documentId}`,
          ingestionId: fields['ingestion_id'],
          version: Number(fields['version']),
          values: chunks.map(({ seq, text }) => `${seq}:${text}`),
        });
      }
    }
    return sights;
  }
}
