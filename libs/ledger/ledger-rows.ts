import type { ClientBase } from 'pg';

import { traceparentOf } from '#telemetry';

import type { LedgerRow } from './ledger-row.js';
import { fromRecord, ledgerColumns, toRecord, type LedgerRecord } from './mapping.js';
import type { TimelineEntry } from './timeline.js';

/** The namespace and id of a document whose open and live versions are wanted, up to a version. */
export interface DocumentRange {
  readonly namespace: string;
  readonly documentId: string;
  readonly version: number;
}

const columns = ledgerColumns.join(', ');

const insertEntries = `
INSERT INTO penstock.ingestion_events (ingestion_id, event_id, type, store, role, part, at, detail)
SELECT * FROM unnest(
  $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::jsonb[])
ON CONFLICT DO NOTHING RETURNING event_id`;

/** Rows are locked in the order of their ids, so that two batches never wait for one another in a circle. */
const selectRows = `
SELECT ${columns} FROM penstock.ingestions WHERE ingestion_id IN (
  SELECT unnest($1::uuid[])
  UNION SELECT i.ingestion_id FROM unnest($2::text[], $3::text[], $4::bigint[]) AS d (namespace, document_id, version)
    JOIN penstock.ingestions i USING (namespace, document_id)
    WHERE i.version <= d.version AND (i.concluded_at IS NULL OR i.status = 'live'))
ORDER BY ingestion_id FOR UPDATE`;

const upsertRows = `
INSERT INTO penstock.ingestions (${columns})
SELECT ${columns} FROM jsonb_populate_recordset(NULL::penstock.ingestions, $1::jsonb)
ON CONFLICT (ingestion_id) DO UPDATE SET ${ledgerColumns.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const insertRows = `
INSERT INTO penstock.ingestions (${columns}, traceparent)
SELECT ${columns}, traceparent FROM jsonb_populate_recordset(NULL::penstock.ingestions, $1::jsonb) ORDER BY ingestion_id
ON CONFLICT DO NOTHING`;

/** A version met on the log is never handed out again, even if this database has lost its memory of it. */
const raiseVersions = `
INSERT INTO penstock.documents (namespace, document_id, last_version)
SELECT namespace, document_id, max(version) FROM unnest($1::text[], $2::text[], $3::bigint[])
  AS row (namespace, document_id, version) GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (namespace, document_id)
  DO UPDATE SET last_version = greatest(penstock.documents.last_version, excluded.last_version)`;

/** Stores timeline entries and returns the ids of those that were not there before. */
export async function insertTimeline(client: ClientBase, entries: readonly TimelineEntry[]): Promise<Set<string>> {
  const sorted = entries.toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
  const { rows } = await client.query<{ event_id: string }>(insertEntries, [
    sorted.map((entry) => entry.ingestionId),
    sorted.map((entry) => entry.eventId),
    sorted.map((entry) => entry.type),
    sorted.map((entry) => entry.store),
    sorted.map((entry) => entry.role),
    sorted.map((entry) => entry.part),
    sorted.map((entry) => new Date(entry.atMs).toISOString()),
    sorted.map((entry) => (entry.detail === null ? null : JSON.stringify(entry.detail))),
  ]);
  return new Set(rows.map((row) => row.event_id));
}

/** Locks and reads rows by id, and the open and live versions of documents. */
export async function lockRows(
  client: ClientBase,
  ingestionIds: readonly string[],
  documents: readonly DocumentRange[],
): Promise<LedgerRow[]> {
  const { rows } = await client.query<LedgerRecord>(selectRows, [
    ingestionIds,
    documents.map((document) => document.namespace),
    documents.map((document) => document.documentId),
    documents.map((document) => document.version),
  ]);
  return rows.map(fromRecord);
}

/** Creates rows that nobody admitted here; one that appeared meanwhile is left as it is. */
export async function createRows(client: ClientBase, rows: readonly LedgerRow[]): Promise<void> {
  await client.query(raiseVersions, [
    rows.map((row) => row.namespace),
    rows.map((row) => row.documentId),
    rows.map((row) => row.version),
  ]);
  const records = rows.map((row) => ({ ...toRecord(row), traceparent: traceparentOf(row.ingestionId) }));
  await client.query(insertRows, [JSON.stringify(records)]);
}

/** Writes rows that are locked. */
export async function saveRows(client: ClientBase, rows: readonly LedgerRow[]): Promise<void> {
  await client.query(upsertRows, [JSON.stringify(rows.map(toRecord))]);
}
