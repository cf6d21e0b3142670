import type { Pool } from 'pg';

import { rowsOf } from '#database';
import { isUuidInAnyCase, type DocumentRef } from '#events';
import { PermanentFailure } from '#failure';

import type { IngestionStatus, LedgerRow } from './ledger-row.js';
import { fromRecord, ledgerColumns, type LedgerRecord } from './mapping.js';
import { overdueSql, remedyFor } from './overdue.js';
import { selectChildren } from './select-children.js';
import { summaryOf, timelineOf, type IngestionDetail, type IngestionSummary, type TimelineRecord } from './views.js';

export interface PageRequest {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface IngestionFilter extends PageRequest {
  /** Of any of these; of all there are if left out. */
  readonly namespaces?: readonly string[] | undefined;
  readonly documentId?: string | undefined;
  readonly status?: IngestionStatus | undefined;
}

export interface IngestionPage {
  readonly items: readonly IngestionSummary[];
  readonly nextCursor?: string;
}

/** A document with its newest ingestions, and the version that is live, if one is. */
export interface DocumentView extends DocumentRef {
  readonly version: number | null;
  readonly ingestions: readonly IngestionSummary[];
}

/** One that did not end in the time it has. */
interface OverdueIngestion extends Pick<LedgerRow, 'ingestionId' | 'namespace' | 'documentId' | 'status' | 'stores'> {
  /** ISO 8601. */
  readonly admittedAt: string;
  /** What keeps it from its end, and what to do. */
  readonly remedy: string;
}

export interface Overdue {
  /** At most 1000. */
  readonly count: number;
  readonly oldest: readonly OverdueIngestion[];
}

type OverdueRecord = LedgerRecord & { readonly admitted_at: Date; readonly overdue: number };

const documentIngestionsMax = 100;
const columns = ledgerColumns.join(', ');

/** Ids are UUIDv7, so newest first is a walk along the primary key. */
const selectPage = `
SELECT ${columns} FROM penstock.ingestions
WHERE ($1::text[] IS NULL OR namespace = ANY ($1)) AND ($2::text IS NULL OR document_id = $2)
  AND ($3::text IS NULL OR status = $3) AND ($4::uuid IS NULL OR ingestion_id < $4)
ORDER BY ingestion_id DESC LIMIT $5`;
const selectOne = `SELECT ${columns} FROM penstock.ingestions WHERE ingestion_id = $1`;
/** Beyond these a count says as much. */
const overdueMax = 1_000;
const selectOverdue = `
SELECT *, count(*) OVER ()::int AS overdue FROM (
  SELECT ${columns}, admitted_at FROM penstock.ingestions
  WHERE ${overdueSql('to_timestamp($1::float8 / 1000)')} ORDER BY admitted_at LIMIT ${overdueMax}) AS found
ORDER BY admitted_at LIMIT $2`;
const selectLive = `
SELECT max(version) AS version FROM penstock.ingestions WHERE namespace = $1 AND document_id = $2 AND status = 'live'`;

/** Of the parts of an ingestion only the first and the last of each step; everything else whole. */
const selectTimeline = `
SELECT type, store, role, part, at, detail FROM (
  SELECT *, row_number() OVER (PARTITION BY type ORDER BY at, part) AS first,
    row_number() OVER (PARTITION BY type ORDER BY at DESC, part DESC) AS last
  FROM penstock.ingestion_events WHERE ingestion_id = $1) AS entry
WHERE part IS NULL OR first = 1 OR last = 1 ORDER BY at, type, store, part`;

/** Answers questions about ingestions. Every method throws TransientFailure if the database is away. */
export class LedgerReader {
  constructor(private readonly pool: Pool) {}

  /** One ingestion or retraction with its timeline, or nothing if there is none of that id. */
  async ingestion(ingestionId: string): Promise<IngestionDetail | undefined> {
    if (!isUuidInAnyCase(ingestionId)) return undefined;
    const [record] = await rowsOf<LedgerRecord>(this.pool, selectOne, [ingestionId]);
    if (record === undefined) return undefined;
    const entries = await rowsOf<TimelineRecord>(this.pool, selectTimeline, [ingestionId]);
    const row = fromRecord(record);
    return { ...summaryOf(row), timeline: timelineOf(row, entries) };
  }

  /**
   * Newest first. @throws PermanentFailure with reason `bad-cursor` if the cursor is not one of ours.
   */
  async list({ namespaces, documentId, status, limit, cursor }: IngestionFilter): Promise<IngestionPage> {
    checkCursor(cursor);
    const filter = [namespaces ?? null, documentId ?? null, status ?? null, cursor ?? null];
    return pageOf(await rowsOf<LedgerRecord>(this.pool, selectPage, [...filter, limit + 1]), limit);
  }

  /**
   * What came out of an ingestion, such as attachments of a mail, as far as it was submitted: that is done once the
   * ingestion is live. @throws PermanentFailure with reason `bad-cursor` if the cursor is not one of ours.
   */
  async children(parentIngestionId: string, { limit, cursor }: PageRequest): Promise<IngestionPage> {
    checkCursor(cursor);
    const [parent] = await rowsOf<LedgerRecord>(this.pool, selectOne, [parentIngestionId]);
    if (parent === undefined) return { items: [] };
    return pageOf(await selectChildren(this.pool, parent, { limit: limit + 1, below: cursor }), limit);
  }

  /** A document that was ever submitted, or nothing. */
  async document({ namespace, documentId }: DocumentRef): Promise<DocumentView | undefined> {
    const { items } = await this.list({ namespaces: [namespace], documentId, limit: documentIngestionsMax });
    if (items.length === 0) return undefined;
    const [live] = await rowsOf<{ version: number | string | null }>(this.pool, selectLive, [namespace, documentId]);
    const version = live?.version ?? null;
    return { namespace, documentId, version: version === null ? null : Number(version), ingestions: items };
  }

  /** Ingestions and retractions that did not end in the time they have: how many, and the oldest of them. */
  async overdue(deadlineMs: number, nowMs: number, limit: number): Promise<Overdue> {
    const records = await rowsOf<OverdueRecord>(this.pool, selectOverdue, [nowMs - deadlineMs, limit]);
    return { count: records[0]?.overdue ?? 0, oldest: records.map(overdueIngestion) };
  }
}

function checkCursor(cursor: string | undefined): void {
  if (cursor === undefined || isUuidInAnyCase(cursor)) return;
  throw new PermanentFailure('cursor is not one of this list', { reason: 'bad-cursor' });
}

/** A page of what was read, which is one row more if there is a next one. */
function pageOf(records: readonly LedgerRecord[], limit: number): IngestionPage {
  const items = records.slice(0, limit).map((record) => summaryOf(fromRecord(record)));
  const last = items.at(-1);
  return records.length > limit && last !== undefined ? { items, nextCursor: last.ingestionId } : { items };
}

function overdueIngestion(record: OverdueRecord): OverdueIngestion {
  const row = fromRecord(record);
  const { ingestionId, namespace, documentId, status, stores } = row;
  const admittedAt = record.admitted_at.toISOString();
  return { ingestionId, namespace, documentId, status, stores, admittedAt, remedy: remedyFor(row) };
}
