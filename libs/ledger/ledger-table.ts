import type { Migration } from '#database';

/** `documents` hands out versions; the other tables are the read model and the API's memory of its answers. */
const createLedger = `
CREATE TABLE penstock.documents (
  namespace text NOT NULL,
  document_id text NOT NULL,
  last_version bigint NOT NULL,
  PRIMARY KEY (namespace, document_id)
);
CREATE TABLE penstock.ingestions (
  ingestion_id uuid PRIMARY KEY,
  namespace text NOT NULL,
  document_id text NOT NULL,
  version bigint NOT NULL,
  kind text NOT NULL,
  status text NOT NULL,
  stage text NOT NULL,
  source text,
  location text,
  title text,
  media_type text,
  sha256 text,
  size_bytes bigint,
  staging_ref text,
  metadata jsonb NOT NULL DEFAULT '{}',
  parts int,
  parts_done jsonb NOT NULL,
  counts jsonb NOT NULL,
  tokens jsonb NOT NULL DEFAULT '{}',
  stores jsonb NOT NULL,
  staged boolean NOT NULL DEFAULT false,
  replaced boolean NOT NULL DEFAULT false,
  retracted boolean NOT NULL DEFAULT false,
  error jsonb,
  submitted_at timestamptz,
  updated_at timestamptz NOT NULL,
  settled_at timestamptz,
  concluded_at timestamptz,
  admitted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deadline_requested_at timestamptz
);
CREATE INDEX ingestions_by_document ON penstock.ingestions (namespace, document_id, ingestion_id);
CREATE INDEX ingestions_by_status ON penstock.ingestions (status, ingestion_id);
CREATE INDEX ingestions_open ON penstock.ingestions (admitted_at) WHERE concluded_at IS NULL;
CREATE TABLE penstock.ingestion_events (
  ingestion_id uuid NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  store text,
  role text,
  part int,
  at timestamptz NOT NULL,
  detail jsonb,
  PRIMARY KEY (ingestion_id, event_id)
);
CREATE TABLE penstock.idempotency_keys (
  namespace text NOT NULL,
  key text NOT NULL,
  body_hash text NOT NULL,
  response jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (namespace, key)
)`;

/**
 * What a submission is compared by: `described` stands for all that matters beside the bytes, `source_validators` is
 * what the source said of them. `compared_at` marks the verdict, `same_as` names the live ingestion that says the same.
 */
const compareContent = `
ALTER TABLE penstock.ingestions
  ADD COLUMN described text,
  ADD COLUMN source_validators jsonb,
  ADD COLUMN compared_at timestamptz,
  ADD COLUMN same_as uuid`;

/** When a client asked for the ingestion to be undone; the request is on its way to the saga log since. */
const cancelIngestion = 'ALTER TABLE penstock.ingestions ADD COLUMN cancelled_at timestamptz';

/** Finds what came out of a document. Values are of any length, which only a hash index takes. */
const childDocuments = `
CREATE INDEX ingestions_by_parent ON penstock.ingestions USING hash ((metadata ->> 'parent_document_id'))
WHERE metadata ? 'parent_document_id'`;

/** What was said when the ingestion was concluded, to be said again as it was. */
const concludedAs = 'ALTER TABLE penstock.ingestions ADD COLUMN concluded_as text';

/** What came out of a document and waits until that is live: the event of its submission, as it will be said. */
const heldChildren = `
CREATE TABLE penstock.held_children (
  ingestion_id uuid PRIMARY KEY,
  parent_ingestion_id uuid NOT NULL,
  namespace text NOT NULL,
  document_id text NOT NULL,
  submission bytea NOT NULL
);
CREATE INDEX held_children_by_parent ON penstock.held_children (parent_ingestion_id);
CREATE INDEX held_children_by_document ON penstock.held_children (namespace, document_id)`;

/** What the ingestion is part of, as W3C `traceparent`: what the ledger says of it by itself is part of the same. */
const traceparent = 'ALTER TABLE penstock.ingestions ADD COLUMN traceparent text';

/** Finds the open and the live versions of a document, however many it has had. */
const currentVersions = `
CREATE INDEX ingestions_current ON penstock.ingestions (namespace, document_id)
WHERE concluded_at IS NULL OR status = 'live'`;

/** What the parts of an ingestion were made with; of those before it, nobody wrote that down. */
const models = `
ALTER TABLE penstock.ingestions ADD COLUMN models jsonb NOT NULL DEFAULT '{"extraction": [], "embedding": []}'`;

/** Tables of the ledger. */
export const ledgerMigrations: readonly Migration[] = [
  { name: '2026-11-24-ledger', sql: createLedger },
  { name: '2026-11-24-ledger-same-content', sql: compareContent },
  { name: '2026-11-28-ledger-cancellation', sql: cancelIngestion },
  { name: '2026-11-28-ledger-child-documents', sql: childDocuments },
  { name: '2026-11-28-ledger-concluded-as', sql: concludedAs },
  { name: '2026-11-28-ledger-held-children', sql: heldChildren },
  { name: '2026-11-28-ledger-traceparent', sql: traceparent },
  { name: '2026-11-29-ledger-current-versions', sql: currentVersions },
  { name: '2026-11-29-ledger-models', sql: models },
];
