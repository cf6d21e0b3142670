import type { Pool } from 'pg';

import { rowsOf } from '#database';
import { NeededBytes } from '#ledger';

/**
 * A replay reads the bytes under the id of the ingestion that failed, or, if that was a replay itself, those the ledger
 * knows of it. An ingestion under way may have begun with the last replay of a letter that has gone since. One that no
 * stage has met yet has its bytes under its own id, as has what waits for the document that it came out of to be live.
 */
const selectNeeded = `
SELECT ref FROM unnest($1::text[]) AS ref WHERE ref IN (
  SELECT ingestion_id::text FROM penstock.dead_letters WHERE ingestion_id IS NOT NULL
  UNION ALL SELECT failed.staging_ref FROM penstock.dead_letters
    JOIN penstock.ingestions AS failed USING (ingestion_id) WHERE failed.staging_ref IS NOT NULL
  UNION ALL SELECT staging_ref FROM penstock.ingestions WHERE concluded_at IS NULL AND staging_ref IS NOT NULL
  UNION ALL SELECT ingestion_id::text FROM penstock.ingestions WHERE concluded_at IS NULL
  UNION ALL SELECT ingestion_id::text FROM penstock.held_children)`;

/**
 * Bytes that dead letters are replayed from, as a letter that is listed can be replayed until it goes itself; and those
 * of whatever has not come to its end.
 */
export class LetterBytes extends NeededBytes {
  constructor(private readonly pool: Pool) {
    super();
  }

  /** @throws TransientFailure if the database is away: nothing is known to be needless then. */
  override async among(refs: readonly string[]): Promise<readonly string[]> {
    const rows = await rowsOf<{ ref: string }>(this.pool, selectNeeded, [refs]);
    return rows.map(({ ref }) => ref);
  }
}
