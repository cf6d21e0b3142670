import type { Pool } from 'pg';

import type { FoundIngestion, Page } from '#stores/auditor';

const tables = ['chunks', 'entities', 'mentions', 'facts', 'records', 'name_claims'] as const;

/** Steps from id to id in an index, so that the rows between are not read. */
const idsOf = (table: string): string => `
  SELECT ingestion_id FROM (
    WITH RECURSIVE step AS (
      (SELECT ingestion_id FROM penstock.store_${table} WHERE ingestion_id > $1 ORDER BY 1 LIMIT 1)
      UNION ALL
      SELECT (SELECT t.ingestion_id FROM penstock.store_${table} t WHERE t.ingestion_id > step.ingestion_id ORDER BY 1 LIMIT 1)
      FROM step WHERE step.ingestion_id IS NOT NULL)
    SELECT ingestion_id FROM step WHERE ingestion_id IS NOT NULL LIMIT $2) AS ${table}`;

const selectPage = `
SELECT id.ingestion_id AS "ingestionId", i.namespace, i.document_id AS "documentId" FROM (
  ${tables.map(idsOf).join(' UNION ')}
  UNION (SELECT ingestion_id FROM penstock.store_ingestions
    WHERE ingestion_id > $1 AND state IN ('pending', 'live') ORDER BY 1 LIMIT $2)
) AS id LEFT JOIN penstock.store_ingestions i USING (ingestion_id) ORDER BY 1 LIMIT $2`;

const first = '00000000-0000-0000-0000-000000000000';

/** Ingestions with rows in any table, in the order of their ids; rows without a marker say nothing of a document. */
export async function scanIngestions(
  pool: Pool,
  cursor: string | undefined,
  limit: number,
): Promise<Page<FoundIngestion>> {
  const { rows } = await pool.query<{ ingestionId: string; namespace: string | null; documentId: string | null }>(
    selectPage,
    [cursor ?? first, limit],
  );
  const items = rows.map(({ ingestionId, namespace, documentId }) => ({
    ingestionId,
    document: namespace === null || documentId === null ? undefined : { namespace, documentId },
  }));
  return { items, next: rows.length < limit ? undefined : rows.at(-1)?.ingestionId };
}
