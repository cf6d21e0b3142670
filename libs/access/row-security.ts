import type { Migration } from '#database';

/** Tables that a tenant's answers are read from, by the column that says whose a row is. */
const ofNamespace = [
  ...['ingestions', 'dead_letters', 'queries', 'model_calls', 'model_pauses', 'model_budgets', 'model_spending'],
  ...['store_ingestions', 'data_versions'],
];
/** Rows of these belong to an ingestion. */
const ofStored = ['store_chunks', 'store_entities', 'store_mentions', 'store_facts', 'store_records'];
const ofIngestion = ['ingestion_events'];
/** Identifiers without words: which spelling of a name stands for which. */
const ofNobody = ['store_entity_links'];
const views = ['documents', 'chunks', 'entities', 'mentions', 'facts', 'records'].map((name) => `live_${name}`);

const allowed = "string_to_array(current_setting('penstock.namespaces', true), ',')";

/** Everybody else who has rights on the table sees what they saw before; policies for one role only narrow. */
function policy(table: string, condition: string): string {
  return `
CREATE POLICY penstock_everybody ON penstock.${table} USING (true) WITH CHECK (true);
CREATE POLICY penstock_reader ON penstock.${table} AS RESTRICTIVE FOR SELECT TO penstock_reader USING (${condition});
ALTER TABLE penstock.${table} ENABLE ROW LEVEL SECURITY;`;
}

function within(table: string, parent: string): string {
  return policy(table, `EXISTS (SELECT FROM penstock.${parent} AS own WHERE own.ingestion_id = ${table}.ingestion_id)`);
}

/** Roles are of the whole server, so another database of it may have made this one, or be just about to. */
const readerRole = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'penstock_reader') THEN
    CREATE ROLE penstock_reader NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'penstock_reader', 'MEMBER') THEN
    EXECUTE format('GRANT penstock_reader TO %I', current_user);
  END IF;
END $$;
GRANT USAGE ON SCHEMA penstock TO penstock_reader;
GRANT SELECT ON ${[...ofNamespace, ...ofStored, ...ofIngestion, ...ofNobody, ...views]
  .map((name) => `penstock.${name}`)
  .join(', ')} TO penstock_reader;
`;

/**
 * Views read their tables as their owner, whom no policy holds back, so the one that all others read has the condition
 * itself. Who set nothing sees all, as before.
 */
const liveDocuments = `
CREATE OR REPLACE VIEW penstock.live_documents AS
  SELECT document_id, namespace, ingestion_id, version, title, source, location, media_type, metadata, sha256,
         size_bytes, chunk_count, submitted_at, live_at
  FROM penstock.store_ingestions
  WHERE state = 'live'
    AND (coalesce(current_setting('penstock.namespaces', true), '') = '' OR namespace = ANY (${allowed}));
`;

const policies = [
  ...ofNamespace.map((table) => policy(table, `namespace = ANY (${allowed})`)),
  ...ofStored.map((table) => within(table, 'store_ingestions')),
  ...ofIngestion.map((table) => within(table, 'ingestions')),
].join('\n');

/** The second wall between tenants (ADR 31); comes after the tables of all libs. */
export const rowSecurityMigrations: readonly Migration[] = [
  { name: '2026-11-28-row-security', sql: readerRole + liveDocuments + policies },
];
