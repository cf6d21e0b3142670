import type { Migration } from '#database';

import { acronymClaims, familyNames, liveEntities, nameClaims } from './entity-migrations.js';

/**
 * A row of `store_ingestions` is marker, lock and tombstone of one ingestion; every other row carries its ingestion_id
 * and is visible through the views only while that state is `live`. So promotion is one update, and undoing is deleting
 * what carries the id. Entities are kept once for each ingestion: no row is shared between documents, so none can be
 * lost or left behind with a neighbour. There are no foreign keys: the document's lock already orders all writes.
 */
const tables = `
CREATE TABLE penstock.store_documents (
  namespace text NOT NULL,
  document_id text NOT NULL,
  live_ingestion_id uuid,
  live_version bigint,
  retracted_through bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (namespace, document_id)
);
CREATE TABLE penstock.store_ingestions (
  ingestion_id uuid PRIMARY KEY,
  namespace text NOT NULL,
  document_id text NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'live', 'compensated', 'superseded', 'retracted', 'replaced')),
  title text,
  source text,
  location text,
  media_type text,
  metadata jsonb,
  sha256 text,
  size_bytes bigint,
  chunk_count integer,
  submitted_at timestamptz,
  live_at timestamptz,
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX store_ingestions_document ON penstock.store_ingestions (namespace, document_id);
CREATE UNIQUE INDEX store_ingestions_one_live ON penstock.store_ingestions (namespace, document_id) WHERE state = 'live';
CREATE TABLE penstock.store_chunks (
  ingestion_id uuid NOT NULL,
  seq integer NOT NULL,
  part integer NOT NULL,
  chunk_id uuid NOT NULL,
  text text NOT NULL,
  token_count integer NOT NULL,
  start_offset bigint NOT NULL,
  end_offset bigint NOT NULL,
  heading_path text[] NOT NULL,
  PRIMARY KEY (ingestion_id, seq)
);
CREATE TABLE penstock.store_entities (
  ingestion_id uuid NOT NULL,
  uuid uuid NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (ingestion_id, uuid)
);
CREATE INDEX store_entities_uuid ON penstock.store_entities (uuid);
CREATE TABLE penstock.store_mentions (
  ingestion_id uuid NOT NULL,
  entity_uuid uuid NOT NULL,
  seq integer NOT NULL,
  start_offset bigint NOT NULL,
  end_offset bigint NOT NULL,
  evidence text NOT NULL,
  PRIMARY KEY (ingestion_id, entity_uuid, seq, start_offset, end_offset)
);
CREATE INDEX store_mentions_entity ON penstock.store_mentions (entity_uuid);
CREATE TABLE penstock.store_facts (
  ingestion_id uuid NOT NULL,
  uuid uuid NOT NULL,
  source_uuid uuid NOT NULL,
  target_uuid uuid NOT NULL,
  relation text NOT NULL,
  fact text NOT NULL,
  seq integer NOT NULL,
  evidence text NOT NULL,
  valid_at timestamptz,
  invalid_at timestamptz,
  PRIMARY KEY (ingestion_id, uuid)
);
CREATE INDEX store_facts_uuid ON penstock.store_facts (uuid);
CREATE TABLE penstock.store_records (
  ingestion_id uuid PRIMARY KEY,
  record jsonb NOT NULL
);
`;

/** The contract of DESIGN section 5: live data only, entities and facts once each, however many documents hold them. */
const views = `
CREATE VIEW penstock.live_documents AS
  SELECT document_id, namespace, ingestion_id, version, title, source, location, media_type, metadata, sha256,
         size_bytes, chunk_count, submitted_at, live_at
  FROM penstock.store_ingestions WHERE state = 'live';
CREATE VIEW penstock.live_chunks AS
  SELECT d.document_id, d.ingestion_id, d.namespace, c.seq, c.text, c.token_count, c.chunk_id, c.start_offset,
         c.end_offset, c.heading_path
  FROM penstock.live_documents d JOIN penstock.store_chunks c USING (ingestion_id);
CREATE VIEW penstock.live_entities AS
  SELECT e.uuid, d.namespace, min(e.name) AS name, min(e.type) AS type
  FROM penstock.live_documents d JOIN penstock.store_entities e USING (ingestion_id)
  GROUP BY e.uuid, d.namespace;
CREATE VIEW penstock.live_mentions AS
  SELECT d.ingestion_id, d.document_id, d.namespace, m.entity_uuid, m.seq, m.evidence, m.start_offset, m.end_offset
  FROM penstock.live_documents d JOIN penstock.store_mentions m USING (ingestion_id);
CREATE VIEW penstock.live_facts AS
  SELECT DISTINCT ON (f.uuid, d.namespace)
         f.uuid, f.source_uuid, f.target_uuid, f.relation, f.fact, f.valid_at, f.invalid_at, d.namespace
  FROM penstock.live_documents d JOIN penstock.store_facts f USING (ingestion_id)
  ORDER BY f.uuid, d.namespace, f.ingestion_id;
CREATE VIEW penstock.live_records AS
  SELECT d.namespace, d.document_id, d.ingestion_id, r.record
  FROM penstock.live_documents d JOIN penstock.store_records r USING (ingestion_id);
`;

/** Where in the source a chunk came from: page, lastPage, sheet, row, lastRow, as far as the format has them. */
const chunkOrigin = `
ALTER TABLE penstock.store_chunks ADD COLUMN origin jsonb;
CREATE OR REPLACE VIEW penstock.live_chunks AS
  SELECT d.document_id, d.ingestion_id, d.namespace, c.seq, c.text, c.token_count, c.chunk_id, c.start_offset,
         c.end_offset, c.heading_path, c.origin
  FROM penstock.live_documents d JOIN penstock.store_chunks c USING (ingestion_id);
`;

/** For searches: names by how they begin, filters of documents, and how often what is live has changed. */
const search = `
CREATE INDEX store_entities_name ON penstock.store_entities (lower(name) text_pattern_ops);
CREATE INDEX store_facts_place ON penstock.store_facts (ingestion_id, seq);
CREATE INDEX store_mentions_place ON penstock.store_mentions (ingestion_id, seq);
CREATE INDEX store_ingestions_submitted ON penstock.store_ingestions (namespace, submitted_at) WHERE state = 'live';
CREATE TABLE penstock.data_versions (namespace text PRIMARY KEY, version bigint NOT NULL);
`;

/** When a document's row last meant something to a writer, so that one that outlived its use can be collected. */
const documentsTouched = `
ALTER TABLE penstock.store_documents ADD COLUMN touched_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX store_ingestions_tombstones ON penstock.store_ingestions (changed_at) WHERE state NOT IN ('pending', 'live');
`;

/**
 * Entities under several spellings (ADR 25). Rows keep the entity that their document writes; `store_entity_links` says
 * which other one that is, and is derived anew with whatever becomes live or ceases to be. The views follow it. A
 * document of before has no families; its names are joined when it comes again.
 */
const entityLinks = `
ALTER TABLE penstock.store_entities ADD COLUMN summary text NOT NULL DEFAULT '', ADD COLUMN family text;
CREATE INDEX store_entities_family ON penstock.store_entities (family);
CREATE TABLE penstock.store_entity_links (
  uuid uuid PRIMARY KEY,
  stands_for uuid NOT NULL,
  family text NOT NULL
);
CREATE INDEX store_entity_links_target ON penstock.store_entity_links (stands_for);
CREATE INDEX store_entity_links_family ON penstock.store_entity_links (family);
CREATE OR REPLACE VIEW penstock.live_entities AS
  SELECT uuid, namespace, name, type, array_remove(ARRAY(
      SELECT DISTINCT regexp_replace(m.evidence, '\\s+', ' ', 'g') AS spelling
      FROM penstock.store_mentions m JOIN penstock.live_documents d USING (ingestion_id)
      WHERE m.entity_uuid = ANY (ARRAY(
        SELECT l.uuid FROM penstock.store_entity_links l WHERE l.stands_for = known.uuid) || known.uuid)
      ORDER BY spelling), name) AS aliases, summary
  FROM (
    SELECT coalesce(l.stands_for, e.uuid) AS uuid, d.namespace, min(e.name) FILTER (WHERE l.uuid IS NULL) AS name,
           min(e.type) AS type,
           coalesce((array_agg(e.summary ORDER BY d.submitted_at, d.ingestion_id, e.uuid)
             FILTER (WHERE e.summary <> ''))[1], '') AS summary
    FROM penstock.live_documents d
    JOIN penstock.store_entities e USING (ingestion_id)
    LEFT JOIN penstock.store_entity_links l ON l.uuid = e.uuid
    GROUP BY coalesce(l.stands_for, e.uuid), d.namespace) AS known;
CREATE OR REPLACE VIEW penstock.live_mentions AS
  SELECT d.ingestion_id, d.document_id, d.namespace, coalesce(l.stands_for, m.entity_uuid) AS entity_uuid, m.seq,
         m.evidence, m.start_offset, m.end_offset
  FROM penstock.live_documents d
  JOIN penstock.store_mentions m USING (ingestion_id)
  LEFT JOIN penstock.store_entity_links l ON l.uuid = m.entity_uuid;
CREATE OR REPLACE VIEW penstock.live_facts AS
  SELECT DISTINCT ON (f.uuid, d.namespace)
         f.uuid, coalesce(s.stands_for, f.source_uuid) AS source_uuid, coalesce(t.stands_for, f.target_uuid) AS target_uuid,
         f.relation, f.fact, f.valid_at, f.invalid_at, d.namespace
  FROM penstock.live_documents d
  JOIN penstock.store_facts f USING (ingestion_id)
  LEFT JOIN penstock.store_entity_links s ON s.uuid = f.source_uuid
  LEFT JOIN penstock.store_entity_links t ON t.uuid = f.target_uuid
  ORDER BY f.uuid, d.namespace, f.ingestion_id;
`;

/** Tables and views of the PostgreSQL store, all in the schema `penstock`. */
export const postgresStoreMigrations: readonly Migration[] = [
  { name: '2026-11-24-store', sql: tables + views },
  { name: '2026-11-25-chunk-origin', sql: chunkOrigin },
  { name: '2026-11-28-search', sql: search },
  { name: '2026-11-28-documents-touched', sql: documentsTouched },
  { name: '2026-11-28-entity-links', sql: entityLinks },
  { name: '2026-11-28-family-names', sql: familyNames },
  { name: '2026-11-28-live-entities', sql: liveEntities },
  { name: '2026-11-29-name-claims', sql: nameClaims },
  { name: '2026-11-30-acronym-claims', sql: acronymClaims },
];
