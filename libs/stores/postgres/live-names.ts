import type { Pool } from 'pg';

import { rowsOf } from '#database';
import { companionTypes, type WrittenName } from '#identity';

/** What documents say of names: columns of n, a row of a name in a document; $2 types of companions. */
export const saidOfNames = `n.family, n.uuid, n.type, n.name, n.ingestion_id AS "ingestionId", ARRAY(
    SELECT DISTINCT c.family
    FROM penstock.store_mentions own
    JOIN penstock.store_mentions beside USING (ingestion_id, seq)
    JOIN penstock.store_entities c ON c.ingestion_id = beside.ingestion_id AND c.uuid = beside.entity_uuid
    WHERE own.ingestion_id = n.ingestion_id AND own.entity_uuid = n.uuid
      AND c.type = ANY($2::text[]) AND c.type <> n.type AND c.family IS NOT NULL) AS companions, ARRAY(
    SELECT claim FROM penstock.store_name_claims said
    WHERE said.ingestion_id = n.ingestion_id AND said.entity_uuid = n.uuid) AS claims`;

/**
 * Uuids of the names of a family, an expression: from name to name in the index, so that a name that a whole corpus
 * writes is read as often as one that few do.
 */
export function uuidsOf(family: string): string {
  const next = (where: string): string =>
    `SELECT e.uuid FROM penstock.store_entities e WHERE e.family = ${family} ${where} ORDER BY e.uuid LIMIT 1`;
  return `
    WITH RECURSIVE step AS (
      (${next('')})
      UNION ALL
      SELECT (${next('AND e.uuid > step.uuid')}) FROM step WHERE step.uuid IS NOT NULL)
    SELECT uuid FROM step WHERE uuid IS NOT NULL`;
}

/**
 * $1 families, $2 types of companions, $3 document that is left out, $4 most names of a family, $5 most documents of a
 * name, $6 most rows.
 */
const namesOfFamilies = `
  SELECT ${saidOfNames}, n.summary
  FROM unnest($1::text[]) AS given (family)
  CROSS JOIN LATERAL (${uuidsOf('given.family')} LIMIT $4) AS named
  CROSS JOIN LATERAL (
    SELECT e.family, e.uuid, e.type, e.name, e.ingestion_id, e.summary
    FROM penstock.store_entities e JOIN penstock.live_documents d USING (ingestion_id)
    WHERE e.family = given.family AND e.uuid = named.uuid AND d.document_id <> $3
    LIMIT $5) AS n
  LIMIT $6`;

/** Bounds of what is read, as the statement has them. */
type Bounds = Readonly<Record<'namesMax' | 'documentsMax' | 'rowsMax', number>>;
/** A name with the sentence that names it first in its document. */
type Told = WrittenName & { readonly summary: string };

/** Names as live documents write them. */
export class PostgresLiveNames {
  constructor(private readonly pool: Pool) {}

  /** @throws TransientFailure if PostgreSQL is away. */
  namesIn({ families, notOf, ...most }: Bounds & { families: readonly string[]; notOf: string }): Promise<Told[]> {
    const bounds = [most.namesMax, most.documentsMax, most.rowsMax];
    return rowsOf(this.pool, namesOfFamilies, [[...families], companionTypes, notOf, ...bounds]);
  }
}
