import type { LedgerRow } from './ledger-row.js';

/** An ingestion as the API shows it in lists; times are ISO 8601. */
export interface IngestionSummary extends Pick<
  LedgerRow,
  | 'ingestionId'
  | 'namespace'
  | 'documentId'
  | 'version'
  | 'kind'
  | 'status'
  | 'stage'
  | 'source'
  | 'location'
  | 'title'
  | 'mediaType'
  | 'sizeBytes'
  | 'metadata'
  | 'stores'
  | 'sameAs'
  | 'counts'
  | 'partsDone'
  | 'tokens'
  | 'models'
> {
  readonly error: { readonly reason: string; readonly message: string; readonly role: string } | null;
  readonly submittedAt: string | null;
  readonly updatedAt: string;
  readonly concludedAt: string | null;
}

/** One line of an ingestion's history. */
export interface TimelineLine {
  readonly at: string;
  readonly type: string;
  readonly store?: string;
  readonly role?: string;
  readonly part?: number;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface IngestionDetail extends IngestionSummary {
  readonly timeline: readonly TimelineLine[];
}

/** A row of `ingestion_events` as the driver gives it. */
export interface TimelineRecord {
  readonly type: string;
  readonly store: string | null;
  readonly role: string | null;
  readonly part: number | null;
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export function summaryOf(row: LedgerRow): IngestionSummary {
  const { ingestionId, namespace, documentId, version, kind, status, stage, source, location, title } = row;
  const { mediaType, sizeBytes, metadata, stores, sameAs, counts, partsDone, tokens, models, error } = row;
  return {
    ...{ ingestionId, namespace, documentId, version, kind, status, stage, source, location, title },
    ...{ mediaType, sizeBytes, metadata, stores, sameAs, counts, partsDone, tokens, models },
    error: error === null ? null : { reason: error.reason, message: error.message, role: error.role },
    ...{ submittedAt: iso(row.submittedAtMs), concludedAt: iso(row.concludedAtMs) },
    updatedAt: new Date(row.updatedAtMs).toISOString(),
  };
}

/** The history, oldest first. The submission of a document has no entry of its own: the row itself is it. */
export function timelineOf(row: LedgerRow, records: readonly TimelineRecord[]): TimelineLine[] {
  const lines = records.map(lineOf);
  const submittedAt = row.kind === 'ingestion' ? iso(row.submittedAtMs) : null;
  return submittedAt === null ? lines : [{ at: submittedAt, type: 'DocumentSubmitted' }, ...lines];
}

function lineOf({ at, type, store, role, part, detail }: TimelineRecord): TimelineLine {
  return {
    at: at.toISOString(),
    type,
    ...(store === null ? {} : { store }),
    ...(role === null ? {} : { role }),
    ...(part === null ? {} : { part }),
    ...(detail === null ? {} : { detail }),
  };
}

function iso(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
