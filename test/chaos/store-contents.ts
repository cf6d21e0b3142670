import { QdrantClient } from '@qdrant/js-client-rest';
import { Redis } from 'ioredis';
import neo4j, { type Driver } from 'neo4j-driver';
import pg from 'pg';

import type { StackAddresses } from '#stack';

import type { Artefact, Graph, LedgerLine } from '../checker/index.js';

/** A live point with all it is made of. */
export interface LivePoint {
  readonly id: string;
  readonly payload: Record<string, unknown>;
  readonly dense: number[];
  readonly indices: number[];
  readonly values: number[];
}

/** The four stores and the ledger, seen by each one's own client. */
export class StoreContents {
  private readonly qdrant: QdrantClient;
  private readonly redis: Redis;
  private readonly pool: pg.Pool;
  private readonly driver: Driver;

  constructor(addresses: StackAddresses) {
    this.qdrant = new QdrantClient({ url: addresses.qdrant, checkCompatibility: false });
    this.redis = new Redis(addresses.redis, { maxRetriesPerRequest: null });
    this.redis.on('error', () => undefined);
    this.pool = new pg.Pool({ connectionString: addresses.postgres, max: 2 });
    this.pool.on('error', () => undefined);
    const auth = neo4j.auth.basic('neo4j', 'penstock');
    this.driver = neo4j.driver(addresses.neo4j, auth, { disableLosslessIntegers: true });
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await Promise.all([this.pool.end(), this.driver.close()]);
  }

  async sql<Row extends object>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row & pg.QueryResultRow>(statement, [...values])).rows;
  }

  async cypher<Row extends object>(statement: string, parameters: object): Promise<Row[]> {
    const { records } = await this.driver.executeQuery(statement, parameters);
    return records.map((record) => record.toObject() as Row);
  }

  ledger(namespaces: readonly string[]): Promise<(LedgerLine & { stores: object; concluded: boolean })[]> {
    return this.sql(
      `SELECT ingestion_id AS "ingestionId", namespace || '/' || document_id AS document, version::int, kind, status,
         staging_ref AS "stagingRef", counts, stores, error, concluded_at IS NOT NULL AS concluded
       FROM penstock.ingestions WHERE namespace = ANY($1) ORDER BY ingestion_id`,
      [namespaces],
    );
  }

  async postgres(namespaces: readonly string[]): Promise<Artefact[]> {
    const kinds = {
      chunk: `seq || ':' || text FROM penstock.store_chunks`,
      entity: `t.uuid::text FROM penstock.store_entities`,
      fact: `t.uuid::text FROM penstock.store_facts`,
      mention: `entity_uuid || ':' || seq || ':' || start_offset FROM penstock.store_mentions`,
    };
    const found: Artefact[] = await this.sql(
      `SELECT namespace || '/' || document_id AS document, ingestion_id AS "ingestionId", 'document' AS what,
         state = 'live' AS live, '' AS value
       FROM penstock.store_ingestions WHERE namespace = ANY($1) AND state IN ('live', 'pending')`,
      [namespaces],
    );
    for (const [what, selection] of Object.entries(kinds)) {
      const rows = await this.sql<Artefact>(
        `SELECT coalesce(i.namespace || '/' || i.document_id, '?') AS document, t.ingestion_id AS "ingestionId",
           '${what}' AS what, coalesce(i.state = 'live', false) AS live, ${selection} t
           LEFT JOIN penstock.store_ingestions i USING (ingestion_id)
         WHERE i.namespace = ANY($1) OR i.ingestion_id IS NULL`.replace(' FROM', ' AS value FROM'),
        [namespaces],
      );
      found.push(...rows);
    }
    return found;
  }

  async neo4j(namespaces: readonly string[]): Promise<Artefact[]> {
    const parameters = { namespaces };
    const queries = [
      `MATCH (e:Episodic) WHERE e.group_id IN $namespaces
       RETURN e.group_id + '/' + e.document_id AS document, e.uuid AS ingestionId, 'document' AS what, true AS live,
         '' AS value`,
      `MATCH (p:PenstockPendingPart) WHERE p.namespace IN $namespaces
       RETURN p.namespace + '/' + p.documentId AS document, p.ingestionId AS ingestionId, 'part' AS what,
         false AS live, p.key AS value`,
      // Names as documents write them, also those that stand for another entity.
      `MATCH (e:Episodic)-[m:MENTIONS|PENSTOCK_MENTIONS]->(n) WHERE e.group_id IN $namespaces AND m.by_alias IS NULL
       RETURN e.group_id + '/' + e.document_id AS document, e.uuid AS ingestionId, 'entity' AS what, true AS live,
         n.uuid AS value`,
      `MATCH (e:Episodic) WHERE e.group_id IN $namespaces UNWIND e.entity_edges AS fact
       MATCH ()-[r:RELATES_TO {uuid: fact}]->() WHERE e.uuid IN r.episodes
       RETURN e.group_id + '/' + e.document_id AS document, e.uuid AS ingestionId, 'fact' AS what, true AS live,
         r.uuid AS value`,
    ];
    const rows = await Promise.all(queries.map((query) => this.cypher<Artefact>(query, parameters)));
    return rows.flat();
  }

  async graph(namespaces: readonly string[]): Promise<Graph> {
    const parameters = { namespaces };
    const entities = `MATCH (n:Entity|PenstockAlias) WHERE n.group_id IN $namespaces OR n.group_id IS NULL
      RETURN n.uuid AS uuid, n.name AS name,
        COUNT { (:Episodic)-[m:MENTIONS|PENSTOCK_MENTIONS]->(n) WHERE m.by_alias IS NULL } AS mentions`;
    const facts = `MATCH ()-[r:RELATES_TO]->() WHERE r.group_id IN $namespaces OR r.group_id IS NULL
      RETURN r.uuid AS uuid, r.episodes AS episodes`;
    return {
      entities: await this.cypher<Graph['entities'][number]>(entities, parameters),
      facts: await this.cypher<Graph['facts'][number]>(facts, parameters),
    };
  }

  async qdrantPoints(namespaces: readonly string[]): Promise<Artefact[]> {
    const found: Artefact[] = [];
    for (const [what, collection] of [
      ['document', 'penstock_documents'],
      ['chunk', 'penstock_chunks'],
    ] as const) {
      const filter = { must: [{ key: 'namespace', match: { any: [...namespaces] } }] };
      const { points } = await this.qdrant.scroll(collection, { filter, limit: 100_000, with_payload: true });
      for (const { payload } of points) {
        const { namespace, document_id, ingestion_id, live, seq, text } = payload ?? {};
        found.push({
          document: `${String(namespace)}/${String(document_id)}`,
          ingestionId: String(ingestion_id),
          what,
          live: live === true,
          value: what === 'chunk' ? `${String(seq)}:${String(text)}` : '',
        });
      }
    }
    return found;
  }

  async qdrantMarkers(ingestionIds: readonly string[]): Promise<{ id: string; state: string }[]> {
    const filter = { must: [{ key: 'ingestion_id', match: { any: [...ingestionIds] } }] };
    const { points } = await this.qdrant.scroll('penstock_state', { filter, limit: 100_000, with_payload: true });
    return points.map(({ payload }) => ({ id: String(payload?.['ingestion_id']), state: String(payload?.['state']) }));
  }

  async livePoints(collection: string, namespaces: readonly string[]): Promise<LivePoint[]> {
    const own = { key: 'namespace', match: { any: [...namespaces] } };
    const filter = { must: [own, { key: 'live', match: { value: true } }] };
    const { points } = await this.qdrant.scroll(collection, { filter, limit: 100_000, with_vector: true });
    return points.map(({ id, payload, vector }) => {
      const { dense, sparse } = vector as { dense: number[]; sparse?: { indices: number[]; values: number[] } };
      const { indices, values } = sparse ?? { indices: [], values: [] };
      return { id: String(id), payload: payload ?? {}, dense, indices, values };
    });
  }

  /** Hash and list of each document in the cache. */
  async cached(namespaces: readonly string[]): Promise<{ hash: Record<string, string>; list: string[] }[]> {
    const found: { hash: Record<string, string>; list: string[] }[] = [];
    for (const namespace of namespaces) {
      const keys = await this.redis.keys(`penstock:${namespace}:document:*`);
      for (const key of keys.filter((name) => !name.endsWith(':chunks'))) {
        found.push({ hash: await this.redis.hgetall(key), list: await this.redis.lrange(`${key}:chunks`, 0, -1) });
      }
    }
    return found;
  }

  async redisKeys(namespaces: readonly string[]): Promise<Artefact[]> {
    const found: Artefact[] = [];
    const keys = await this.redis.keys('penstock*');
    for (const key of keys.filter((name) => name.startsWith('penstock-pending:'))) {
      const fields = await this.redis.hgetall(key);
      const namespace = fields['document:namespace'] ?? '';
      const document = `${namespace}/${fields['document:document_id'] ?? '?'}`;
      if (namespace !== '' && !namespaces.includes(namespace)) continue;
      found.push({ document, ingestionId: key.replace('penstock-pending:', ''), what: 'part', live: false, value: '' });
    }
    for (const namespace of namespaces) {
      const own = keys.filter((name) => name.startsWith(`penstock:${namespace}:document:`));
      for (const key of own.filter((name) => !name.endsWith(':chunks'))) {
        const fields = await this.redis.hgetall(key);
        const document = `${namespace}/${fields['document_id'] ?? '?'}`;
        const one = { document, ingestionId: fields['ingestion_id'] ?? '?', live: true };
        found.push({ ...one, what: 'document', value: '' });
        for (const json of await this.redis.lrange(`${key}:chunks`, 0, -1)) {
          const { seq, text } = JSON.parse(json) as { seq: number; text: string };
          found.push({ ...one, what: 'chunk', value: `${seq}:${text}` });
        }
      }
      const lists = own.filter((name) => name.endsWith(':chunks') && !own.includes(name.replace(/:chunks$/, '')));
      for (const key of lists) found.push({ document: key, ingestionId: '?', what: 'list', live: true, value: '' });
    }
    return found;
  }
}
