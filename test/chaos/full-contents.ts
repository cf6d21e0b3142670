import type { Artefact, Contents } from '../checker/index.js';
import { rounded, whole } from './reference.js';
import type { StoreContents } from './store-contents.js';

/** Everything users can read of some namespaces from the four stores, in the form of `reference`. */
export async function fullContents(stores: StoreContents, namespaces: readonly string[]): Promise<Contents> {
  const [postgres, neo4j, qdrant, redis] = await Promise.all([
    postgresContents(stores, namespaces),
    neo4jContents(stores, namespaces),
    qdrantContents(stores, namespaces),
    redisContents(stores, namespaces),
  ]);
  return { postgres, neo4j, qdrant, redis };
}

interface Shown {
  readonly document: string;
  readonly id: string;
  readonly fields: unknown[];
}

function artefacts(what: string, rows: readonly Shown[]): Artefact[] {
  return rows.map(({ document, id, fields }) => whole(document, id, what, fields));
}

const views = {
  row: [
    'live_documents',
    '_',
    'version, title, source, location, media_type, metadata, sha256, size_bytes, chunk_count, (extract(epoch FROM submitted_at) * 1000)::bigint',
  ],
  'chunk row': ['live_chunks', '_', 'seq, text, token_count, chunk_id, start_offset, end_offset, heading_path'],
  'mention row': ['live_mentions', '_', 'entity_uuid, seq, evidence, start_offset, end_offset'],
  'entity row': ['live_entities', '', 'uuid, name, type'],
  'fact row': ['live_facts', '', 'uuid, source_uuid, target_uuid, relation, fact'],
} as const;

async function postgresContents(stores: StoreContents, namespaces: readonly string[]): Promise<Artefact[]> {
  const found = await Promise.all(
    Object.entries(views).map(async ([what, [view, own, columns]]) => {
      const owner =
        own === '_'
          ? `namespace || '/' || document_id AS document, ingestion_id AS id`
          : `namespace AS document, '' AS id`;
      const rows = await stores.sql<Shown>(
        `SELECT ${owner}, jsonb_build_array(${columns}) AS fields FROM penstock.${view} WHERE namespace = ANY($1)`,
        [namespaces],
      );
      return artefacts(what, rows);
    }),
  );
  return found.flat();
}

const nodes = {
  episode: `MATCH (e:Episodic) WHERE e.group_id IN $namespaces
    RETURN e.group_id + '/' + e.document_id AS document, e.uuid AS id,
      [e.name, e.content, e.source_description, COLLECT { UNWIND e.entity_edges AS uuid RETURN uuid ORDER BY uuid }] AS fields`,
  node: `MATCH (n:Entity) WHERE n.group_id IN $namespaces
    RETURN n.group_id AS document, '' AS id, [n.uuid, n.name, n.labels[1]] AS fields`,
  mentions: `MATCH (e:Episodic)-[:MENTIONS]->(n) WHERE e.group_id IN $namespaces
    RETURN e.group_id + '/' + e.document_id AS document, e.uuid AS id, [n.uuid] AS fields`,
  relates: `MATCH (a)-[r:RELATES_TO]->(b) WHERE r.group_id IN $namespaces
    RETURN r.group_id AS document, '' AS id,
      [r.uuid, a.uuid, b.uuid, r.name, r.fact, COLLECT { UNWIND r.episodes AS id RETURN id ORDER BY id },
        r.valid_at.epochMillis, r.invalid_at.epochMillis] AS fields`,
};

async function neo4jContents(stores: StoreContents, namespaces: readonly string[]): Promise<Artefact[]> {
  const found = Object.entries(nodes).map(async ([what, query]) =>
    artefacts(what, await stores.cypher<Shown>(query, { namespaces })),
  );
  return (await Promise.all(found)).flat();
}

async function qdrantContents(stores: StoreContents, namespaces: readonly string[]): Promise<Artefact[]> {
  const documents = await stores.livePoints('penstock_documents', namespaces);
  const chunks = await stores.livePoints('penstock_chunks', namespaces);
  const owner = (p: Record<string, unknown>) =>
    [`${String(p['namespace'])}/${String(p['document_id'])}`, String(p['ingestion_id'])] as const;
  return [
    ...documents.map(({ payload: p, dense, indices, values }) =>
      whole(...owner(p), 'document point', [
        ...[p['version'], p['title'], p['text'], p['source'], p['location'], p['media_type']],
        ...[rounded(dense), indices, rounded(values)],
      ]),
    ),
    ...chunks.map(({ id, payload: p, dense, indices, values }) =>
      whole(...owner(p), 'chunk point', [
        ...[id, p['version'], p['seq'], p['text'], p['title'], p['token_count'], p['heading_path']],
        ...[rounded(dense), indices, rounded(values)],
      ]),
    ),
  ];
}

async function redisContents(stores: StoreContents, namespaces: readonly string[]): Promise<Artefact[]> {
  const found: Artefact[] = [];
  for (const { hash, list } of await stores.cached(namespaces)) {
    const owner = [`${hash['namespace']}/${hash['document_id']}`, hash['ingestion_id'] ?? ''] as const;
    const { version, title, source, location, media_type, metadata, chunk_count } = hash;
    const optional = (text: string | undefined): string | null => text ?? null;
    found.push(
      whole(...owner, 'hash', [
        ...[Number(version), optional(title), source, optional(location), media_type],
        ...[JSON.parse(metadata ?? '{}') as unknown, Number(chunk_count)],
      ]),
    );
    for (const json of list) {
      const { seq, text, token_count, chunk_id } = JSON.parse(json) as Record<string, unknown>;
      found.push(whole(...owner, 'listed', [seq, text, token_count, chunk_id]));
    }
  }
  return found;
}
