import type { DocumentEmbedded } from '#events';
import { claimText, familyOf } from '#identity';
import { knownOrigin } from '#stores/port';

/** Rows of one table as columns: the n-th value of each list makes the n-th row. Types are PostgreSQL's. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly values: readonly unknown[] }[];
}

type Getters<T> = Readonly<Record<string, readonly [type: string, get: (row: T) => unknown]>>;

function tableRows<T>(table: string, rows: readonly T[], getters: Getters<T>): TableRows {
  const columns = Object.entries(getters).map(([name, [type, get]]) => ({ name, type, values: rows.map(get) }));
  return { table, columns };
}

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** What is known of an ingestion from any of its parts. */
export function ingestionRows(parts: readonly DocumentEmbedded[]): TableRows {
  return tableRows('store_ingestions', parts, {
    ingestion_id: ['uuid', (part) => part.ingestionId],
    namespace: ['text', (part) => part.namespace],
    document_id: ['text', (part) => part.documentId],
    version: ['bigint', (part) => part.version],
    state: ['text', () => 'pending'],
    title: ['text', (part) => part.title],
    source: ['text', (part) => part.source],
    location: ['text', (part) => part.location],
    media_type: ['text', (part) => part.mediaType],
    metadata: ['jsonb', (part) => JSON.stringify(part.metadata)],
    sha256: ['text', (part) => part.sha256],
    size_bytes: ['bigint', (part) => part.sizeBytes],
    chunk_count: ['integer', (part) => part.chunkCount],
    submitted_at: ['timestamptz', (part) => time(part.submittedAt)],
  });
}

/** All that hangs on ingestions, one entry a table; tables without rows are left out. */
export function partRows(parts: readonly DocumentEmbedded[]): TableRows[] {
  const tables = [chunkRows(parts), entityRows(parts), claimRows(parts), mentionRows(parts), factRows(parts)];
  return [...tables, recordRows(parts)].filter(({ columns }) => columns.some(({ values }) => values.length > 0));
}

/** The elements of a list in each part, each with the part that it came in. */
function within<T>(parts: readonly DocumentEmbedded[], list: (part: DocumentEmbedded) => readonly T[]) {
  return parts.flatMap((part) => list(part).map((row) => ({ row, part })));
}

function chunkRows(parts: readonly DocumentEmbedded[]): TableRows {
  return tableRows(
    'store_chunks',
    within(parts, ({ chunks }) => chunks),
    {
      ingestion_id: ['uuid', ({ part }) => part.ingestionId],
      part: ['integer', ({ part }) => part.part],
      seq: ['integer', ({ row }) => row.seq],
      chunk_id: ['uuid', ({ row }) => row.chunkId],
      text: ['text', ({ row }) => row.text],
      token_count: ['integer', ({ row }) => row.tokenCount],
      start_offset: ['bigint', ({ row }) => row.startOffset],
      end_offset: ['bigint', ({ row }) => row.endOffset],
      // A list of lists cannot go through unnest, which flattens it; JSON can.
      heading_path: ['text[]', ({ row }) => JSON.stringify(row.headingPath)],
      origin: ['jsonb', ({ row }) => (row.origin === null ? null : JSON.stringify(knownOrigin(row.origin)))],
    },
  );
}

function entityRows(parts: readonly DocumentEmbedded[]): TableRows {
  return tableRows(
    'store_entities',
    within(parts, ({ entities }) => entities),
    {
      ingestion_id: ['uuid', ({ part }) => part.ingestionId],
      uuid: ['uuid', ({ row }) => row.uuid],
      name: ['text', ({ row }) => row.name],
      type: ['text', ({ row }) => row.type],
      summary: ['text', ({ row }) => row.summary],
      family: ['text', ({ row, part }) => familyOf(part.namespace, row.type, row.name)],
    },
  );
}

function claimRows(parts: readonly DocumentEmbedded[]): TableRows {
  return tableRows(
    'store_name_claims',
    within(parts, ({ claims }) => claims),
    {
      ingestion_id: ['uuid', ({ part }) => part.ingestionId],
      entity_uuid: ['uuid', ({ row }) => row.entityUuid],
      claim: ['text', ({ row }) => claimText(row)],
    },
  );
}

function mentionRows(parts: readonly DocumentEmbedded[]): TableRows {
  return tableRows(
    'store_mentions',
    within(parts, ({ mentions }) => mentions),
    {
      ingestion_id: ['uuid', ({ part }) => part.ingestionId],
      entity_uuid: ['uuid', ({ row }) => row.entityUuid],
      seq: ['integer', ({ row }) => row.seq],
      start_offset: ['bigint', ({ row }) => row.startOffset],
      end_offset: ['bigint', ({ row }) => row.endOffset],
      evidence: ['text', ({ row }) => row.evidence],
    },
  );
}

function factRows(parts: readonly DocumentEmbedded[]): TableRows {
  return tableRows(
    'store_facts',
    within(parts, ({ facts }) => facts),
    {
      ingestion_id: ['uuid', ({ part }) => part.ingestionId],
      uuid: ['uuid', ({ row }) => row.uuid],
      source_uuid: ['uuid', ({ row }) => row.sourceUuid],
      target_uuid: ['uuid', ({ row }) => row.targetUuid],
      relation: ['text', ({ row }) => row.relation],
      fact: ['text', ({ row }) => row.fact],
      seq: ['integer', ({ row }) => row.seq],
      evidence: ['text', ({ row }) => row.evidence],
      valid_at: ['timestamptz', ({ row }) => time(row.validAt)],
      invalid_at: ['timestamptz', ({ row }) => time(row.invalidAt)],
    },
  );
}

function recordRows(parts: readonly DocumentEmbedded[]): TableRows {
  return tableRows(
    'store_records',
    within(parts, ({ record }) => (record === null ? [] : [record])),
    {
      ingestion_id: ['uuid', ({ part }) => part.ingestionId],
      record: ['jsonb', ({ row }) => row],
    },
  );
}

/** One insert that brings all rows in one round trip and passes over those that are there already. */
export function insertStatement({ table, columns }: TableRows): { text: string; values: unknown[] } {
  const names = columns.map(({ name }) => name).join(', ');
  const isList = (type: string): boolean => type.endsWith('[]');
  const selected = columns.map(({ name, type }) =>
    isList(type) ? `ARRAY(SELECT jsonb_array_elements_text(${name}))` : name,
  );
  const unnested = columns.map(({ type }, index) => `$${index + 1}::${isList(type) ? 'jsonb' : type}[]`);
  return {
    text:
      `INSERT INTO penstock.${table} (${names}) SELECT ${selected.join(', ')} ` +
      `FROM unnest(${unnested.join(', ')}) AS given (${names}) ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    values: columns.map(({ values }) => values),
  };
}
