import { QdrantClient } from '@qdrant/js-client-rest';
import { Redis } from 'ioredis';
import neo4j, { type Driver } from 'neo4j-driver';
import pg from 'pg';

import { testStack } from '../services/addresses.js';

export type Row = Readonly<Record<string, unknown>>;

/** For each store, which ingestion of each document is live there. */
export type LiveIngestions = Readonly<
  Record<'postgres' | 'neo4j' | 'qdrant' | 'redis', Readonly<Record<string, string>>>
>;

const dataTables = ['chunks', 'entities', 'mentions', 'facts', 'records'];
const liveViews = ['documents', 'chunks', 'entities', 'mentions', 'facts', 'records'];
const collections = ['penstock_documents', 'penstock_chunks'];

/** The four stores as users see them: each with its own client, none of Penstock's code in between. */
export class StoreViews {
  readonly qdrant = new QdrantClient({ url: testStack().qdrant, checkCompatibility: false });
  readonly redis = new Redis(testStack().redis);
  private readonly pool = new pg.Pool({ connectionString: testStack().postgres, max: 4 });
  private readonly driver: Driver = neo4j.driver(testStack().neo4j, neo4j.auth.basic('neo4j', 'penstock'), {
    disableLosslessIntegers: true,
  });

  async sql(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(statement, [...values])).rows;
  }

  async cypher(statement: string, parameters: object = {}): Promise<Row[]> {
    const { records } = await this.driver.executeQuery(statement, parameters);
    return records.map((record) => record.toObject() as Row);
  }

  /** Every point of a namespace, live or not, with payload and vectors. */
  async points(collection: string, namespace: string): Promise<Awaited<ReturnType<QdrantClient['scroll']>>['points']> {
    const filter = { must: [{ key: 'namespace', match: { value: namespace } }] };
    const found = await this.qdrant.scroll(collection, {
      filter,
      limit: 10_000,
      with_payload: true,
      with_vector: true,
    });
    return found.points.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async liveIngestions(namespace: string): Promise<LiveIngestions> {
    const documents = await this.sql(
      'SELECT document_id AS document, ingestion_id AS ingestion FROM penstock.live_documents WHERE namespace = $1',
      [namespace],
    );
    const episodes = await this.cypher(
      'MATCH (e:Episodic {group_id: $namespace}) RETURN e.document_id AS document, e.uuid AS ingestion',
      { namespace },
    );
    const points = await this.points('penstock_documents', namespace);
    const hashes = await this.cachedHashes(namespace);
    return {
      postgres: byDocument(documents),
      neo4j: byDocument(episodes),
      qdrant: byDocument(
        points
          .map(({ payload }) => payload ?? {})
          .filter(({ live }) => live === true)
          .map(({ document_id, ingestion_id }) => ({ document: document_id, ingestion: ingestion_id })),
      ),
      redis: byDocument(
        hashes.map(({ document_id, ingestion_id }) => ({ document: document_id, ingestion: ingestion_id })),
      ),
    };
  }

  /** All that the stores hold of a namespace, pending or live; only the saga's own bookkeeping is left out. */
  async everything(namespace: string): Promise<Row> {
    const found: Record<string, unknown> = {};
    for (const table of dataTables) found[`table ${table}`] = await this.sql(tableOf(table), [namespace]);
    for (const view of liveViews) found[`view ${view}`] = await this.sql(viewOf(view), [namespace]);
    found['nodes'] = await this.cypher(allNodes, { namespace });
    found['edges'] = await this.cypher(allEdges, { namespace });
    for (const collection of collections) found[collection] = await this.points(collection, namespace);
    found['cache'] = await this.cache(namespace);
    return JSON.parse(JSON.stringify(found)) as Row;
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await Promise.all([this.pool.end(), this.driver.close()]);
  }

  private async cachedHashes(namespace: string): Promise<Record<string, string>[]> {
    const keys = await this.redis.keys(`penstock:${namespace}:document:*`);
    const hashes = keys.filter((key) => !key.endsWith(':chunks')).map((key) => this.redis.hgetall(key));
    return Promise.all(hashes);
  }

  /** Live hashes and lists, and whatever waits under another key for its decision. */
  private async cache(namespace: string): Promise<Row> {
    const live = await this.redis.keys(`penstock:${namespace}:*`);
    const held: Record<string, unknown> = {};
    for (const key of live.sort()) {
      held[key] = key.endsWith(':chunks') ? await this.redis.lrange(key, 0, -1) : await this.redis.hgetall(key);
    }
    for (const key of await this.redis.keys('penstock-pending:*')) {
      const fields = await this.redis.hgetall(key);
      if (fields['document:namespace'] === namespace) held[key] = fields;
    }
    return held;
  }
}

function byDocument(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ document, ingestion }) => [String(document), String(ingestion)]));
}

/** What carries an ingestion's id; its marker stays as a tombstone, so that nothing left behind is overlooked. */
function tableOf(name: string): string {
  return `SELECT to_jsonb(t) AS row FROM penstock.store_${name} t
    WHERE ingestion_id IN (SELECT ingestion_id FROM penstock.store_ingestions WHERE namespace = $1) ORDER BY t::text`;
}

function viewOf(name: string): string {
  return `SELECT to_jsonb(v) AS row FROM penstock.live_${name} v WHERE namespace = $1 ORDER BY v::text`;
}

const allNodes = `
  MATCH (n) WHERE (n.group_id = $namespace OR n.namespace = $namespace) AND NOT n:PenstockDocument AND NOT n:PenstockIngestion
  RETURN labels(n) AS labels, coalesce(n.uuid, n.key) AS key, properties(n) AS properties ORDER BY key`;
const allEdges = `
  MATCH (a)-[r]->(b) WHERE a.group_id = $namespace OR b.group_id = $namespace
  RETURN type(r) AS type, a.uuid AS source, b.uuid AS target, properties(r) AS properties ORDER BY r.uuid, source, target`;
