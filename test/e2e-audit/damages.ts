import { randomUUID } from 'node:crypto';

import type { StoreViews } from '../e2e/store-views.js';

/** One document of the test, live or ended, as the damage to it needs to know it. */
export interface Victim {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

/** Something done to a store with its own client, and what the audit has to call it. */
export interface Damage {
  readonly name: string;
  /** What the document has to be before. */
  readonly to: 'live' | 'updated' | 'rolled back' | 'retracted' | 'nobody';
  readonly plant: (stores: StoreViews, victim: Victim) => Promise<unknown>;
  readonly found: readonly string[];
  /** What becomes of it; healed if left out. */
  readonly outcome?: 'left';
}

type Plant = Damage['plant'];

const dayMs = 86_400_000;
const of = (id: string): object => ({ key: 'ingestion_id', match: { value: id } });
const vector = { dense: [1, ...Array.from({ length: 383 }, () => 0)] };
const hashKey = ({ namespace, documentId }: Victim): string => `penstock:${namespace}:document:${documentId}`;

const sql =
  (statement: string): Plant =>
  (stores, { ingestionId }) =>
    stores.sql(statement, [ingestionId]);

const cypher =
  (statement: string): Plant =>
  (stores, { ingestionId, namespace, documentId }) =>
    stores.cypher(statement, { id: ingestionId, namespace, documentId, other: randomUUID() });

const point =
  (live: boolean, fields: object = {}): Plant =>
  (stores, { namespace, documentId, ingestionId, version }) => {
    const identity = { namespace, document_id: documentId, ingestion_id: ingestionId, version, live };
    const payload = { ...identity, seq: 0, text: 'left behind', ...fields };
    return stores.qdrant.upsert('penstock_chunks', { wait: true, points: [{ id: randomUUID(), vector, payload }] });
  };

const forgedTerms: Plant = (stores, { ingestionId }) =>
  stores.qdrant.setPayload('penstock_chunks', {
    wait: true,
    payload: { metadata_terms: ['team=forged'] },
    filter: { must: [of(ingestionId), { key: 'seq', match: { value: 1 } }] },
  });

const forgetPoints =
  (collections: readonly string[], seq?: number): Plant =>
  async (stores, { ingestionId }) => {
    const must = [of(ingestionId), ...(seq === undefined ? [] : [{ key: 'seq', match: { value: seq } }])];
    for (const collection of collections) await stores.qdrant.delete(collection, { wait: true, filter: { must } });
  };

const all =
  (...plants: readonly Plant[]): Plant =>
  async (stores, victim) => {
    for (const plant of plants) await plant(stores, victim);
  };

const cached: Plant = async (stores, victim) => {
  const { namespace, documentId, ingestionId, version } = victim;
  await stores.redis.hset(hashKey(victim), {
    ...{ namespace, document_id: documentId, ingestion_id: ingestionId, version, chunk_count: 1, source: 'inline' },
  });
  await stores.redis.rpush(`${hashKey(victim)}:chunks`, JSON.stringify({ seq: 0, text: 'left behind' }));
};

const oldMarkers: Plant = all(
  sql(`UPDATE penstock.store_ingestions SET changed_at = now() - interval '60 days' WHERE ingestion_id = $1`),
  cypher('MATCH (m:PenstockIngestion {ingestionId: $id}) SET m.at = datetime() - duration({days: 60})'),
  (stores, { ingestionId }) =>
    stores.qdrant.setPayload('penstock_state', {
      wait: true,
      payload: { at: Date.now() - 60 * dayMs },
      filter: { must: [of(ingestionId)] },
    }),
  (stores, { ingestionId }) => stores.redis.persist(`penstock-state:${ingestionId}`),
);

/** Each to a document of its own. */
export const damages: readonly Damage[] = [
  { name: 'an orphan point of a document that never was', to: 'nobody', plant: point(true), found: ['orphan qdrant'] },
  {
    name: 'pending points of a compensated ingestion',
    to: 'rolled back',
    plant: point(false),
    found: ['stale-pending qdrant'],
  },
  {
    name: 'visible points of a compensated ingestion',
    to: 'rolled back',
    plant: point(true),
    found: ['orphan qdrant'],
  },
  {
    name: 'a chunk row lost',
    to: 'live',
    plant: sql('DELETE FROM penstock.store_chunks WHERE ingestion_id = $1 AND seq = 1'),
    found: ['torn postgres'],
  },
  {
    name: 'the text of a chunk row changed',
    to: 'live',
    plant: sql(`UPDATE penstock.store_chunks SET text = 'forged' WHERE ingestion_id = $1 AND seq = 0`),
    found: ['torn postgres'],
  },
  {
    name: 'the rows of entities and facts lost',
    to: 'live',
    plant: all(
      sql('DELETE FROM penstock.store_entities WHERE ingestion_id = $1'),
      sql('DELETE FROM penstock.store_mentions WHERE ingestion_id = $1'),
      sql('DELETE FROM penstock.store_facts WHERE ingestion_id = $1'),
    ),
    found: ['torn postgres'],
  },
  {
    name: 'the row of a fact changed, of which only the graph has a copy',
    to: 'live',
    plant: sql(`UPDATE penstock.store_facts SET fact = 'forged' WHERE ingestion_id = $1`),
    found: ['torn neo4j', 'torn postgres'],
  },
  {
    name: 'the relation in the row of a fact changed',
    to: 'live',
    plant: sql(`UPDATE penstock.store_facts SET relation = 'FORGED' WHERE ingestion_id = $1`),
    found: ['torn neo4j', 'torn postgres'],
  },
  {
    name: 'the name of an edge changed, by which Maria Keller works for Bergmann Industries',
    to: 'live',
    plant: cypher(`MATCH (e:Episodic {uuid: $id})
      MATCH (:Entity {name: 'Maria Keller'})-[r:RELATES_TO]->(:Entity {name: 'Bergmann Industries'})
      WHERE r.uuid IN e.entity_edges SET r.name = 'FORGED'`),
    found: ['torn neo4j', 'torn postgres'],
  },
  {
    name: 'the row of an entity with another name',
    to: 'live',
    plant: sql(`UPDATE penstock.store_entities SET name = 'Forged' WHERE ingestion_id = $1
      AND uuid = (SELECT min(uuid::text)::uuid FROM penstock.store_entities WHERE ingestion_id = $1)`),
    found: ['torn neo4j', 'torn postgres'],
  },
  {
    name: 'the type of an entity changed in the graph, which is that of Nordwind Logistics',
    to: 'live',
    plant: cypher(`MATCH (:Episodic {uuid: $id})-[:MENTIONS]->(n:Entity {name: 'Nordwind Logistics'})
      SET n.labels = ['Entity', 'Forged']`),
    found: ['torn neo4j', 'torn postgres'],
  },
  {
    name: 'the source of a row changed',
    to: 'live',
    plant: sql(`UPDATE penstock.store_ingestions SET source = 'forged' WHERE ingestion_id = $1`),
    found: ['torn postgres'],
  },
  {
    name: 'the title of a point changed',
    to: 'live',
    plant: (stores, { ingestionId }) =>
      stores.qdrant.setPayload('penstock_documents', {
        wait: true,
        payload: { title: 'forged' },
        filter: { must: [of(ingestionId)] },
      }),
    found: ['torn qdrant'],
  },
  {
    name: 'the name of an episode changed',
    to: 'live',
    plant: cypher(`MATCH (e:Episodic {uuid: $id}) SET e.name = 'forged'`),
    found: ['torn neo4j'],
  },
  {
    name: 'the title of a hash changed',
    to: 'live',
    plant: (stores, victim) => stores.redis.hset(hashKey(victim), { title: 'forged' }),
    found: ['torn redis'],
  },
  {
    name: 'the metadata of a row changed',
    to: 'live',
    plant: sql(`UPDATE penstock.store_ingestions SET metadata = '{"team":"forged"}' WHERE ingestion_id = $1`),
    found: ['torn postgres'],
  },
  {
    name: 'the metadata of one point changed',
    to: 'live',
    plant: forgedTerms,
    found: ['torn qdrant'],
  },
  {
    name: 'the metadata of a hash changed',
    to: 'live',
    plant: (stores, victim) => stores.redis.hset(hashKey(victim), { metadata: '{"team":"forged"}' }),
    found: ['torn redis'],
  },
  {
    name: 'the offsets of a chunk row changed',
    to: 'live',
    plant: sql('UPDATE penstock.store_chunks SET end_offset = end_offset + 1 WHERE ingestion_id = $1 AND seq = 1'),
    found: ['torn postgres'],
  },
  {
    name: 'the headings of a point changed',
    to: 'live',
    plant: (stores, { ingestionId }) =>
      stores.qdrant.setPayload('penstock_chunks', {
        wait: true,
        payload: { heading_path: ['Forged'] },
        filter: { must: [of(ingestionId), { key: 'seq', match: { value: 0 } }] },
      }),
    found: ['torn qdrant'],
  },
  {
    name: 'the text of a chunk row changed, and the metadata of its point',
    to: 'live',
    plant: all(
      sql(`UPDATE penstock.store_chunks SET text = 'forged' WHERE ingestion_id = $1 AND seq = 1`),
      forgedTerms,
    ),
    found: ['torn postgres', 'torn qdrant'],
  },
  {
    name: 'markers of documents that do not say what is live',
    to: 'live',
    plant: all(
      sql(`UPDATE penstock.store_documents SET live_ingestion_id = NULL, live_version = NULL
        WHERE live_ingestion_id = $1`),
      cypher('MATCH (d:PenstockDocument {liveIngestion: $id}) SET d.liveIngestion = null, d.liveVersion = 0'),
      (stores, { ingestionId }) =>
        stores.qdrant.setPayload('penstock_state', {
          wait: true,
          payload: { live_ingestion: '', live_version: 0 },
          filter: { must: [{ key: 'live_ingestion', match: { value: ingestionId } }] },
        }),
    ),
    found: ['wrong-marker neo4j', 'wrong-marker postgres', 'wrong-marker qdrant'],
  },
  {
    name: 'a row hidden',
    to: 'live',
    plant: sql(`UPDATE penstock.store_ingestions SET state = 'pending' WHERE ingestion_id = $1`),
    found: ['not-visible postgres'],
  },
  {
    name: 'every row lost',
    to: 'live',
    plant: all(
      ...['chunks', 'entities', 'mentions', 'facts', 'ingestions'].map((table) =>
        sql(`DELETE FROM penstock.store_${table} WHERE ingestion_id = $1`),
      ),
    ),
    found: ['missing postgres'],
  },
  {
    name: 'rows without their marker',
    to: 'rolled back',
    plant: all(
      sql(`INSERT INTO penstock.store_entities (ingestion_id, uuid, name, type)
        VALUES ($1, gen_random_uuid(), 'Left Behind', 'Person')`),
      sql('DELETE FROM penstock.store_ingestions WHERE ingestion_id = $1'),
    ),
    found: ['stale-pending postgres'],
  },
  {
    name: 'a point lost',
    to: 'live',
    plant: forgetPoints(['penstock_chunks'], 1),
    found: ['torn qdrant'],
  },
  {
    name: 'the flag of a point flipped',
    to: 'live',
    plant: (stores, { ingestionId }) =>
      stores.qdrant.setPayload('penstock_chunks', {
        wait: true,
        payload: { live: false },
        filter: { must: [of(ingestionId)] },
      }),
    found: ['not-visible qdrant'],
  },
  {
    name: 'nothing in a store of what the ledger calls live',
    to: 'live',
    plant: forgetPoints(['penstock_documents', 'penstock_chunks', 'penstock_state']),
    found: ['missing qdrant'],
  },
  {
    name: 'two versions live in one store',
    to: 'updated',
    plant: point(true),
    found: ['second-version qdrant'],
  },
  {
    name: 'an episode deleted',
    to: 'live',
    plant: cypher('MATCH (e:Episodic {uuid: $id}) DETACH DELETE e'),
    found: ['missing neo4j'],
  },
  {
    name: 'a mention cut',
    to: 'live',
    plant: cypher('MATCH (:Episodic {uuid: $id})-[m:MENTIONS]->() WITH m LIMIT 1 DELETE m'),
    found: ['torn neo4j'],
  },
  {
    name: 'an entity without an episode',
    to: 'nobody',
    plant: cypher(`CREATE (:Entity {uuid: $id, name: 'Nobody', group_id: $namespace})`),
    found: ['unsupported-entity neo4j'],
  },
  {
    name: 'a fact of an episode that is gone',
    to: 'nobody',
    plant: cypher(`CREATE (a:Entity {uuid: $id + 'a', name: 'A', group_id: $namespace})
      CREATE (b:Entity {uuid: $id + 'b', name: 'B', group_id: $namespace})
      CREATE (a)-[:RELATES_TO {uuid: $id, name: 'KNOWS', fact: 'A knows B.', group_id: $namespace, episodes: [$other]}]->(b)`),
    found: ['unsupported-entity neo4j', 'unsupported-entity neo4j', 'unsupported-fact neo4j'],
  },
  {
    name: 'a part of a compensated ingestion still waiting',
    to: 'rolled back',
    plant: cypher(`CREATE (:PenstockPendingPart {key: $id + '/1', ingestionId: $id, part: 1, namespace: $namespace,
      documentId: $documentId, entityUuids: [], factUuids: []})`),
    found: ['stale-pending neo4j'],
  },
  { name: 'the key of a retracted document', to: 'retracted', plant: cached, found: ['orphan redis'] },
  {
    name: 'a list cut short',
    to: 'live',
    plant: (stores, victim) => stores.redis.ltrim(`${hashKey(victim)}:chunks`, 0, 0),
    found: ['torn redis'],
  },
  {
    name: 'a list whose hash is lost',
    to: 'live',
    plant: (stores, victim) => stores.redis.del(hashKey(victim)),
    found: ['orphan redis'],
  },
  {
    name: 'an element of a list changed',
    to: 'live',
    plant: (stores, victim) => stores.redis.lset(`${hashKey(victim)}:chunks`, 0, '{"seq":0,"text":"forged"}'),
    found: ['torn redis'],
  },
  {
    name: 'a pending key that no marker names',
    to: 'rolled back',
    plant: (stores, { namespace, documentId, ingestionId }) =>
      stores.redis.hset(`penstock-pending:${ingestionId}`, {
        'document:namespace': namespace,
        'document:document_id': documentId,
      }),
    found: ['stale-pending redis'],
  },
  {
    name: 'tombstones that outlived their time',
    to: 'rolled back',
    plant: oldMarkers,
    found: ['stale-tombstone neo4j', 'stale-tombstone postgres', 'stale-tombstone qdrant', 'stale-tombstone redis'],
  },
  {
    name: 'a link between names that nobody writes',
    to: 'nobody',
    plant: (stores, { ingestionId, namespace }) =>
      stores.sql('INSERT INTO penstock.store_entity_links (uuid, stands_for, family) VALUES ($1, $2, $3)', [
        ...[ingestionId, randomUUID(), `${namespace}/Person/nobody`],
      ]),
    found: ['wrong-names postgres'],
  },
  {
    name: 'the last whole copies of a chunk lost',
    to: 'live',
    plant: all(
      sql('DELETE FROM penstock.store_chunks WHERE ingestion_id = $1 AND seq = 1'),
      forgetPoints(['penstock_chunks'], 1),
    ),
    found: ['torn postgres', 'torn qdrant'],
    outcome: 'left',
  },
];
