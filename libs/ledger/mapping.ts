import type { LedgerRow } from './ledger-row.js';

/** A row of `ingestions` as the driver gives it; int8 columns come as numbers. */
export interface LedgerRecord {
  readonly ingestion_id: string;
  readonly namespace: string;
  readonly document_id: string;
  readonly version: number;
  readonly kind: LedgerRow['kind'];
  readonly status: LedgerRow['status'];
  readonly stage: string;
  readonly source: string | null;
  readonly location: string | null;
  readonly title: string | null;
  readonly media_type: string | null;
  readonly sha256: string | null;
  readonly size_bytes: number | null;
  readonly staging_ref: string | null;
  readonly metadata: LedgerRow['metadata'];
  readonly parts: number | null;
  readonly parts_done: LedgerRow['partsDone'];
  readonly counts: LedgerRow['counts'];
  readonly tokens: LedgerRow['tokens'];
  readonly models: LedgerRow['models'];
  readonly stores: LedgerRow['stores'];
  readonly staged: boolean;
  readonly replaced: boolean;
  readonly retracted: boolean;
  readonly same_as: string | null;
  readonly error: LedgerRow['error'];
  readonly submitted_at: Date | null;
  readonly updated_at: Date;
  readonly settled_at: Date | null;
  readonly concluded_at: Date | null;
  readonly concluded_as: LedgerRow['concludedAs'];
}

/** Columns the ledger reads and writes; the others belong to admission, to the deadline and to the table itself. */
export const ledgerColumns = [
  ...['ingestion_id', 'namespace', 'document_id', 'version', 'kind', 'status', 'stage', 'source', 'location', 'title'],
  ...['media_type', 'sha256', 'size_bytes', 'staging_ref', 'metadata', 'parts', 'parts_done', 'counts', 'tokens'],
  ...['models', 'stores', 'staged', 'replaced', 'retracted', 'same_as', 'error', 'submitted_at', 'updated_at'],
  ...['settled_at', 'concluded_at', 'concluded_as'],
] as const;

/** PostgreSQL keeps neither NUL nor lone surrogates; in titles and messages they are of no use to anyone. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

/** The row as JSON for jsonb_populate_recordset: names are columns, times ISO 8601. */
export function toRecord(row: LedgerRow): Record<(typeof ledgerColumns)[number], unknown> {
  return {
    ...{ ingestion_id: row.ingestionId, namespace: row.namespace, document_id: row.documentId, version: row.version },
    ...{ kind: row.kind, status: row.status, stage: row.stage, source: text(row.source) },
    ...{ location: text(row.location), title: text(row.title), media_type: text(row.mediaType), sha256: row.sha256 },
    ...{ size_bytes: row.sizeBytes, staging_ref: row.stagingRef, metadata: texts(row.metadata), parts: row.parts },
    ...{ parts_done: row.partsDone, counts: row.counts, tokens: row.tokens, models: row.models },
    ...{ stores: row.stores, staged: row.staged },
    ...{ replaced: row.replaced, retracted: row.retracted, same_as: row.sameAs },
    error: row.error === null ? null : { ...row.error, message: storable(row.error.message) },
    ...{ submitted_at: iso(row.submittedAtMs), updated_at: iso(row.updatedAtMs) },
    ...{ settled_at: iso(row.settledAtMs), concluded_at: iso(row.concludedAtMs) },
    concluded_as: row.concludedAs,
  };
}

export function fromRecord(record: LedgerRecord): LedgerRow {
  const { namespace, version, kind, status, stage, source, location, title, sha256, metadata, parts } = record;
  const { counts, tokens, models, stores, staged, replaced, retracted, error } = record;
  return {
    ...{ ingestionId: record.ingestion_id, namespace, documentId: record.document_id, version, kind, status, stage },
    ...{ source, location, title, mediaType: record.media_type, sha256, sizeBytes: record.size_bytes },
    ...{ stagingRef: record.staging_ref, metadata, parts, partsDone: record.parts_done, counts, tokens, models },
    ...{ stores, staged, replaced, retracted, sameAs: record.same_as, error },
    submittedAtMs: record.submitted_at?.getTime() ?? null,
    ...{ updatedAtMs: record.updated_at.getTime(), settledAtMs: record.settled_at?.getTime() ?? null },
    ...{ concludedAtMs: record.concluded_at?.getTime() ?? null, concludedAs: record.concluded_as },
  };
}

function text(value: string | null): string | null {
  return value === null ? null : storable(value);
}

function texts(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [storable(name), storable(value)]));
}

function iso(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
