import type { Pool } from 'pg';

import { rowsOf } from '#database';

import { cameOutOf } from './came-out-of.js';
import { ledgerColumns, type LedgerRecord } from './mapping.js';

const columns = ledgerColumns.map((name) => `child.${name}`).join(', ');

/** Ids are what the wall between tenants lets the database look for before it has asked whose a row is. */
const selectBetween = `
SELECT ${columns} FROM penstock.ingestions child
JOIN penstock.ingestions parent ON ${cameOutOf}
WHERE parent.ingestion_id = $1 AND child.ingestion_id >= $2 AND child.ingestion_id < $3
ORDER BY child.ingestion_id DESC LIMIT $4`;

/**
 * What came out of an ingestion and was submitted so far, highest id first. The id of a child begins with the
 * millisecond in which its parent was submitted (`childSubmission`), so only the few ids of that one are looked at.
 */
export function selectChildren(
  pool: Pool,
  parent: Pick<LedgerRecord, 'ingestion_id' | 'submitted_at'>,
  { limit, below }: { readonly limit: number; readonly below?: string | undefined },
): Promise<LedgerRecord[]> {
  const time = (parent.submitted_at?.getTime() ?? 0).toString(16).padStart(12, '0');
  const idWith = (digit: string): string => `${time}${digit.repeat(20)}`;
  return rowsOf<LedgerRecord>(pool, selectBetween, [parent.ingestion_id, idWith('0'), below ?? idWith('f'), limit]);
}
