import type { PoolClient } from 'pg';

import { uuidsOf } from './live-names.js';

/** Whether a claim is about names of the document that makes it: that one is an acronym of the other. */
const isOwn = `split_part(claim, ' ', 2) = ingestion_id::text`;
const otherUuid = `split_part(claim, ' ', 1)::uuid`;

/** Whether documents claim of a name, an expression, that it is an acronym. */
export function isClaimed(uuid: string): string {
  return `EXISTS (SELECT FROM penstock.store_name_claims WHERE entity_uuid = ${uuid} AND ${isOwn})`;
}

/** $1 families → these, and those that acronyms lead to or from, in however many steps; of pending documents, too. */
const together = `
  WITH RECURSIVE together (family) AS (
    SELECT family FROM unnest($1::text[]) AS given (family)
    UNION
    SELECT other.family FROM together
    CROSS JOIN LATERAL (${uuidsOf('together.family')}) AS named
    CROSS JOIN LATERAL (
      SELECT ${otherUuid} AS uuid FROM penstock.store_name_claims WHERE entity_uuid = named.uuid AND ${isOwn}
      UNION
      SELECT entity_uuid FROM penstock.store_name_claims WHERE ${otherUuid} = named.uuid AND ${isOwn}) AS claimed
    CROSS JOIN LATERAL (
      SELECT e.family FROM penstock.store_entities e
      WHERE e.uuid = claimed.uuid AND e.family IS NOT NULL LIMIT 1) AS other
    WHERE split_part(together.family, '/', 2) = 'Organization')
  SELECT family FROM together`;

/** Families with those whose names acronyms join with theirs: what one of them comes to depends on all. */
export async function familiesTogether(client: PoolClient, families: readonly string[]): Promise<string[]> {
  if (families.length === 0) return [];
  const { rows } = await client.query<{ family: string }>(together, [families]);
  return rows.map(({ family }) => family);
}
