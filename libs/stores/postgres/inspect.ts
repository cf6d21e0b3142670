import type { Pool } from 'pg';

import { documentKey, isUuidInAnyCase } from '#events';
import {
  digestOfLine,
  documentLine,
  metadataDigest,
  originFields,
  type DocumentHoldings,
  type DocumentQuestion,
  type Holding,
  type Pieces,
} from '#stores/auditor';
import type { IngestionState } from '#stores/port';

interface MarkerRow {
  readonly namespace: string;
  readonly document_id: string;
  readonly live_ingestion_id: string | null;
}

interface PiecesRow {
  readonly namespace: string;
  readonly document_id: string;
  readonly ingestion_id: string;
  readonly state: IngestionState | null;
  readonly title: string | null;
  readonly source: string | null;
  readonly location: string | null;
  readonly media_type: string | null;
  readonly metadata: unknown;
  readonly pieces: Record<string, { count: number; digest?: string } | null>;
}

/** The same sum as PieceTally's, computed where the texts are. */
const digestOf = (line: string): string =>
  `(coalesce(sum(('x' || encode(substring(sha256(convert_to(${line}, 'UTF8')) FROM 1 FOR 6), 'hex'))::bit(48)::bigint), 0)
    % 281474976710656)::text`;

const piece = (table: string, digest = 'NULL'): string =>
  `(SELECT CASE WHEN count(*) > 0 THEN jsonb_strip_nulls(jsonb_build_object('count', count(*), 'digest', ${digest})) END
    FROM penstock.store_${table} t WHERE t.ingestion_id = g.ingestion_id)`;

const described = 'i.title, i.source, i.location, i.media_type, i.metadata';

/** Entities as `entityLine` has them. */
const entityWords = `t.uuid || ' ' || t.type || ' ' || t.name || coalesce((
  SELECT string_agg(' ' || said.claim, '' ORDER BY said.claim COLLATE "C") FROM penstock.store_name_claims said
  WHERE said.ingestion_id = t.ingestion_id AND said.entity_uuid = t.uuid), '')`;

/** Facts as `factLine` has them. */
const factWords = `t.uuid || ' ' || t.source_uuid || ' ' || t.target_uuid || ' ' || t.relation || ' ' || t.fact`;

/** Places as `placeLine` has them. */
const placeWords = `concat_ws(' ', t.seq, t.start_offset, t.end_offset, array_to_json(t.heading_path),
  ${originFields.map((field) => `coalesce(t.origin -> '${field}', 'null')`).join(', ')})`;

/** Ids that were asked for stand beside those the store knows, since rows may have outlived their marker. */
const selectPieces = `
WITH question AS (SELECT * FROM unnest($1::text[], $2::text[]) AS q (namespace, document_id)),
  given AS (
    SELECT i.ingestion_id, i.namespace, i.document_id, i.state, ${described} FROM penstock.store_ingestions i
    JOIN question USING (namespace, document_id) WHERE i.state IN ('pending', 'live')
    UNION
    SELECT a.ingestion_id, a.namespace, a.document_id, i.state, ${described}
    FROM unnest($3::uuid[], $4::text[], $5::text[]) AS a (ingestion_id, namespace, document_id)
    LEFT JOIN penstock.store_ingestions i USING (ingestion_id)
    WHERE i.ingestion_id IS NULL OR (i.namespace, i.document_id) = (a.namespace, a.document_id))
SELECT g.*, jsonb_build_object(
  'chunks', ${piece('chunks', digestOf(`t.seq || ' ' || t.chunk_id || ' ' || t.text`))},
  'places', ${piece('chunks', digestOf(placeWords))},
  'entities', ${piece('entities', digestOf(entityWords))},
  'mentions', ${piece('mentions')},
  'facts', ${piece('facts', digestOf(factWords))},
  'records', ${piece('records')}) AS pieces
FROM given g ORDER BY g.ingestion_id`;

const selectMarkers = `
SELECT namespace, document_id, live_ingestion_id FROM penstock.store_documents
WHERE (namespace, document_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

/** What the tables hold of documents: counts and sums only, whatever the size of the documents. */
export async function inspectDocuments(
  pool: Pool,
  documents: readonly DocumentQuestion[],
): Promise<DocumentHoldings[]> {
  const columns = [documents.map(({ namespace }) => namespace), documents.map(({ documentId }) => documentId)];
  // Another store may hold pieces under any id; this one holds none but those.
  const asked = documents.flatMap(({ ingestionIds, ...document }) =>
    ingestionIds.filter(isUuidInAnyCase).map((id) => ({ id, ...document })),
  );
  const { rows } = await pool.query<PiecesRow>(selectPieces, [
    ...columns,
    asked.map(({ id }) => id),
    asked.map(({ namespace }) => namespace),
    asked.map(({ documentId }) => documentId),
  ]);
  const { rows: markers } = await pool.query<MarkerRow>(selectMarkers, columns);
  const live = new Map(markers.map((row) => [keyOf(row), row.live_ingestion_id]));
  const held = Map.groupBy(rows, keyOf);
  return documents.map(({ namespace, documentId }) => {
    const document = { namespace, documentId };
    const liveIngestion = live.get(documentKey(document)) ?? undefined;
    return { document, liveIngestion, holdings: (held.get(documentKey(document)) ?? []).map(holdingOf) };
  });
}

function keyOf({ namespace, document_id: documentId }: MarkerRow | PiecesRow): string {
  return documentKey({ namespace, documentId });
}

/** The row of the ingestion is its document piece: it is what shows the others. */
function holdingOf(found: PiecesRow): Holding {
  const { ingestion_id: ingestionId, state, metadata, pieces } = found;
  const rows = Object.fromEntries(Object.entries(pieces).filter(([, sum]) => sum !== null)) as Pieces;
  const row = {
    documents: { count: 1, digest: String(digestOfLine(lineOf(found))) },
    metadata: { count: 1, digest: metadataDigest(metadata) },
  };
  const isPending = state === 'pending';
  const [visible, hidden] = state === 'live' ? [{ ...row, ...rows }, {}] : [{}, isPending ? { ...row, ...rows } : rows];
  return { ingestionId, state: state ?? undefined, visible, hidden };
}

function lineOf({ title, source, location, media_type: mediaType }: PiecesRow): string {
  return documentLine({ title, source: source ?? '', location, mediaType: mediaType ?? '' });
}
