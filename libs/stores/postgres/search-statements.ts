import type { NamedStatement } from '#database';
import type { Scope } from '#stores/reading';

/** The first seven parameters of every statement that filters: see `filterValues`. */
const matches = `
  d.namespace = $1
  AND ($2::text[] IS NULL OR d.document_id = ANY ($2))
  AND ($3::text[] IS NULL OR d.media_type = ANY ($3))
  AND ($4::text[] IS NULL OR d.source = ANY ($4))
  AND ($5::float8 IS NULL OR d.submitted_at >= to_timestamp($5 / 1000))
  AND ($6::float8 IS NULL OR d.submitted_at < to_timestamp($6 / 1000))
  AND ($7::jsonb IS NULL OR d.metadata @> $7)`;

/** What `matches` takes, in its order. */
export function filterValues({ namespace, filter }: Pick<Scope, 'namespace' | 'filter'>): unknown[] {
  const { documentId, mediaType, source, since, until, metadata } = filter;
  const lists = [documentId, mediaType, source].map((list) => (list === undefined ? null : [...list]));
  return [namespace, ...lists, since ?? null, until ?? null, metadata === undefined ? null : JSON.stringify(metadata)];
}

/**
 * $1 namespace, $2 names in lower case, $3 limit. A name may go on after a space: the space and the character after it
 * in ASCII bound that range of the index. What is called just so comes before what goes on after it, then what more
 * documents speak of. Names are looked up first, and each way for itself: with OR no index serves, and then every
 * entity of the namespace is compared with every name.
 */
export const entitiesNamed: NamedStatement = {
  name: 'penstock-entities-named',
  text: `
  WITH named AS MATERIALIZED (
    SELECT wanted.name AS wanted, e.ingestion_id, e.uuid, e.name, e.type
    FROM unnest($2::text[]) AS wanted (name)
    CROSS JOIN LATERAL (
      SELECT ingestion_id, uuid, name, type FROM penstock.store_entities WHERE lower(name) = wanted.name
      UNION ALL
      SELECT ingestion_id, uuid, name, type FROM penstock.store_entities
      WHERE length(wanted.name) > 3 AND lower(name) ~>=~ (wanted.name || ' ') AND lower(name) ~<~ (wanted.name || '!')
    ) AS e
  )
  SELECT coalesce(l.stands_for, e.uuid) AS uuid, coalesce(min(e.name) FILTER (WHERE l.uuid IS NULL), min(e.name)) AS name,
    min(e.type) AS type
  FROM named e
  JOIN penstock.live_documents d USING (ingestion_id)
  LEFT JOIN penstock.store_entity_links l ON l.uuid = e.uuid
  WHERE d.namespace = $1
  GROUP BY 1
  ORDER BY max(length(e.wanted)) DESC, bool_or(lower(e.name) = e.wanted) DESC, count(DISTINCT d.ingestion_id) DESC, 1
  LIMIT $3`,
};

/** $8 fact uuids, the most fitting first, $9 limit. A passage counts for each of them, the first ones most. */
export const stating: NamedStatement = {
  name: 'penstock-stating',
  text: `
  SELECT f.ingestion_id AS "ingestionId", f.seq, sum(1.0 / wanted.rank)::float8 AS score
  FROM unnest($8::uuid[]) WITH ORDINALITY AS wanted (uuid, rank)
  JOIN penstock.store_facts f USING (uuid)
  JOIN penstock.live_documents d USING (ingestion_id)
  WHERE ${matches}
  GROUP BY f.ingestion_id, f.seq ORDER BY score DESC, f.ingestion_id, f.seq LIMIT $9`,
};

/** $8 fact uuids */
export const stated: NamedStatement = {
  name: 'penstock-stated',
  text: `
  SELECT wanted.uuid FROM unnest($8::uuid[]) AS wanted (uuid)
  WHERE EXISTS (
    SELECT 1 FROM penstock.store_facts f JOIN penstock.live_documents d USING (ingestion_id)
    WHERE f.uuid = wanted.uuid AND ${matches})`,
};

/** $8 entity uuids, $9 limit */
export const mentioning = `
  WITH spelled AS (
    SELECT uuid, uuid AS entity FROM unnest($8::uuid[]) AS asked (uuid)
    UNION SELECT uuid, stands_for FROM penstock.store_entity_links WHERE stands_for = ANY ($8::uuid[])
  )
  SELECT m.ingestion_id AS "ingestionId", m.seq, count(DISTINCT spelled.entity)::float8 AS score
  FROM spelled
  JOIN penstock.store_mentions m ON m.entity_uuid = spelled.uuid
  JOIN penstock.live_documents d USING (ingestion_id)
  WHERE ${matches}
  GROUP BY m.ingestion_id, m.seq ORDER BY score DESC, m.ingestion_id, m.seq LIMIT $9`;

/**
 * $8 words in lower case, $9 limit, $10 offset. A word may stand in the title, the id, the location, the media type or
 * the metadata; without words all documents match. Words are compared as they are: nothing in them is a pattern.
 */
export const matching = `
  WITH found AS (
    SELECT d.ingestion_id, d.submitted_at, (
      SELECT count(*) FROM unnest($8::text[]) AS wanted (word)
      WHERE strpos(lower(concat_ws(' ', d.title, d.document_id, d.location, d.media_type, d.metadata::text)), word) > 0
    )::float8 AS score
    FROM penstock.live_documents d
    WHERE ${matches}
  )
  SELECT ingestion_id AS "ingestionId", 0 AS seq, score FROM found
  WHERE score > 0 OR cardinality($8::text[]) = 0
  ORDER BY score DESC, submitted_at DESC, ingestion_id LIMIT $9 OFFSET $10`;

/**
 * $1 ingestionIds, $2 their seqs: what is live of these passages, each with the entities and facts at it. A question
 * needs all of it, and every further statement would take a connection of its own, or wait for the one before.
 */
export const citedAt: NamedStatement = {
  name: 'penstock-cited-at',
  text: `
  SELECT d.namespace, d.document_id AS "documentId", c.ingestion_id AS "ingestionId", d.version, c.seq, d.title,
    d.media_type AS "mediaType", d.source, d.location, c.text,
    c.start_offset::int AS "startOffset", c.end_offset::int AS "endOffset", c.heading_path AS "headingPath", c.origin,
    coalesce((
      SELECT json_agg(at_it ORDER BY at_it.name, at_it.uuid) FROM (
        SELECT DISTINCT coalesce(l.stands_for, e.uuid) AS uuid, e.name, e.type
        FROM penstock.store_mentions m
        JOIN penstock.store_entities e ON e.ingestion_id = m.ingestion_id AND e.uuid = m.entity_uuid
        LEFT JOIN penstock.store_entity_links l ON l.uuid = e.uuid
        WHERE m.ingestion_id = c.ingestion_id AND m.seq = c.seq) AS at_it), '[]') AS entities,
    coalesce((
      SELECT json_agg(at_it ORDER BY at_it.relation, at_it.uuid) FROM (
        SELECT f.uuid, s.name AS source, coalesce(k.stands_for, s.uuid) AS "sourceUuid", f.relation,
          t.name AS target, coalesce(l.stands_for, t.uuid) AS "targetUuid", f.fact,
          (extract(epoch FROM f.valid_at) * 1000)::float8 AS "validAt",
          (extract(epoch FROM f.invalid_at) * 1000)::float8 AS "invalidAt"
        FROM penstock.store_facts f
        JOIN penstock.store_entities s ON s.ingestion_id = f.ingestion_id AND s.uuid = f.source_uuid
        JOIN penstock.store_entities t ON t.ingestion_id = f.ingestion_id AND t.uuid = f.target_uuid
        LEFT JOIN penstock.store_entity_links k ON k.uuid = s.uuid
        LEFT JOIN penstock.store_entity_links l ON l.uuid = t.uuid
        WHERE f.ingestion_id = c.ingestion_id AND f.seq = c.seq) AS at_it), '[]') AS facts
  FROM unnest($1::uuid[], $2::integer[]) AS wanted (ingestion_id, seq)
  JOIN penstock.store_chunks c USING (ingestion_id, seq)
  JOIN penstock.live_documents d USING (ingestion_id)`,
};

/** $1 namespace */
export const readDataVersion: NamedStatement = {
  name: 'penstock-data-version',
  text: 'SELECT version::text AS version FROM penstock.data_versions WHERE namespace = $1',
};

/** $1 namespaces, sorted: those who raise the same ones wait for each other in one order. */
export const raiseDataVersions = `
  INSERT INTO penstock.data_versions (namespace, version)
  SELECT namespace, 1 FROM unnest($1::text[]) WITH ORDINALITY AS changed (namespace, place) ORDER BY place
  ON CONFLICT (namespace) DO UPDATE SET version = penstock.data_versions.version + 1`;
