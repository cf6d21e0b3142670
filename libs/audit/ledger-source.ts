import type { Pool } from 'pg';

import { rowsOf } from '#database';
import { documentKey, isUuid, type DocumentRef, type StoreCounts } from '#events';
import type { DocumentQuestion } from '#stores/auditor';
import type { StoreName } from '#stores/port';

import { storesBehind, type HeardOf } from './decided-live.js';
import type { LedgerDocument, LedgerLive, LedgerSays } from './finding.js';

interface IngestionRow extends DocumentRef, HeardOf {
  readonly ingestionId: string;
  readonly version: number;
  readonly status: string;
  readonly source: string | null;
  readonly title: string | null;
  readonly location: string | null;
  readonly mediaType: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly counts: StoreCounts;
  /** Stores that have not said of a live one that they made it live. */
  readonly behind?: readonly StoreName[];
}

const fields = `ingestion_id AS "ingestionId", namespace, document_id AS "documentId", version, status, kind, source,
  title, location, media_type AS "mediaType", metadata, counts, concluded_at IS NULL AS open, error IS NOT NULL AS "givenUp", stores,
  extract(epoch FROM greatest(admitted_at, updated_at))::float8 * 1000 AS "heardAtMs"`;

const selectDocuments = `
SELECT namespace, document_id AS "documentId" FROM penstock.documents
WHERE (namespace, document_id) > ($1, $2) AND ($3::text IS NULL OR namespace = $3)
ORDER BY namespace, document_id LIMIT $4`;

/** Changes whenever something of the document changes. */
const selectSigns = `
SELECT namespace, document_id AS "documentId", concat_ws(' ', count(*), count(concluded_at),
  count(*) FILTER (WHERE status = 'live'), extract(epoch FROM max(updated_at)), max(ingestion_id::text)) AS sign
FROM penstock.ingestions WHERE (namespace, document_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
GROUP BY namespace, document_id`;

const selectIngestions = `
SELECT ${fields} FROM penstock.ingestions
WHERE (namespace, document_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
  AND (concluded_at IS NULL OR status = 'live' OR ingestion_id = ANY($3::uuid[]))`;
const selectByIds = `SELECT ${fields} FROM penstock.ingestions WHERE ingestion_id = ANY($1::uuid[])`;

/** The ledger as the audit reads it. Every method throws TransientFailure if the database is away. */
export class LedgerSource {
  /** @param silentSinceMs what was decided as live and not heard of since then, a store or the ledger missed. */
  constructor(
    private readonly pool: Pool,
    private readonly silentSinceMs: () => number,
  ) {}

  /** Documents that were ever submitted, in the order of their names, after the given one. */
  documents(after: DocumentRef | undefined, limit: number, namespace: string | undefined): Promise<DocumentRef[]> {
    const { namespace: name, documentId } = after ?? { namespace: '', documentId: '' };
    return rowsOf<DocumentRef>(this.pool, selectDocuments, [name, documentId, namespace ?? null, limit]);
  }

  /** A sign for each document: the same one later means that nothing was concluded and nothing came in between. */
  async signs(documents: readonly DocumentRef[]): Promise<ReadonlyMap<string, string>> {
    const rows = await rowsOf<DocumentRef & { sign: string }>(this.pool, selectSigns, columnsOf(documents));
    return new Map(rows.map((row) => [documentKey(row), row.sign]));
  }

  /** What is said of documents and of the ingestions that stores hold of them, and whether that was so before too. */
  async read(
    documents: readonly DocumentQuestion[],
    before: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, LedgerDocument>> {
    const ids = documents.flatMap(({ ingestionIds }) => ingestionIds).filter(isUuid);
    const rows = await this.ingestions(selectIngestions, [...columnsOf(documents), ids]);
    const now = await this.signs(documents);
    const byDocument = Map.groupBy(rows, documentKey);
    return new Map(
      documents.map((document) => {
        const key = documentKey(document);
        const own = byDocument.get(key) ?? [];
        const inMotion = now.get(key) !== before.get(key) || own.some(({ open }) => open);
        return [
          key,
          { inMotion, live: liveOf(own), ingestions: new Map(own.map((row) => [row.ingestionId, says(row)])) },
        ];
      }),
    );
  }

  /** Whose the ingestions are and what is said of them; ids that nobody submitted are left out. */
  async owners(
    ingestionIds: readonly string[],
  ): Promise<
    ReadonlyMap<string, { readonly document: DocumentRef; readonly says: LedgerSays; readonly isLive: boolean }>
  > {
    const ids = ingestionIds.filter(isUuid);
    if (ids.length === 0) return new Map();
    const rows = await this.ingestions(selectByIds, [ids]);
    return new Map(
      rows.map((row) => {
        const document = { namespace: row.namespace, documentId: row.documentId };
        return [row.ingestionId, { document, says: says(row), isLive: row.status === 'live' }];
      }),
    );
  }

  /** What is open as a store missed the decision, or the ledger the word of it, counts as live: so it was decided. */
  private async ingestions(statement: string, values: readonly unknown[][]): Promise<IngestionRow[]> {
    const rows = await rowsOf<IngestionRow>(this.pool, statement, [...values]);
    const beforeMs = this.silentSinceMs();
    return rows.map((row) => {
      const behind = storesBehind(row, beforeMs);
      return behind === undefined ? row : { ...row, open: false, status: 'live', behind };
    });
  }
}

function columnsOf(documents: readonly DocumentRef[]): string[][] {
  return [documents.map(({ namespace }) => namespace), documents.map(({ documentId }) => documentId)];
}

const onceLive = new Set(['live', 'superseded', 'retracted']);

function says({ open, status }: IngestionRow): LedgerSays {
  if (open) return 'open';
  return onceLive.has(status) ? 'was-live' : 'undone';
}

/** The newest one that is called live; an older one is being replaced, or should have been. */
function liveOf(rows: readonly IngestionRow[]): LedgerLive | undefined {
  const live = rows.filter(({ kind, status, open }) => kind === 'ingestion' && status === 'live' && !open);
  const newest = live.sort((a, b) => b.version - a.version || (a.ingestionId < b.ingestionId ? 1 : -1))[0];
  if (newest === undefined) return undefined;
  const { stores, behind = [], ...row } = newest;
  const { ingestionId, version, source, title, location, mediaType, metadata, counts } = row;
  const undone = behind.filter((store) => stores[store] === 'rolled_back');
  return { ingestionId, version, source, title, location, mediaType, metadata, counts, behind, undone };
}
