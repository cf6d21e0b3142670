import type { Pool } from 'pg';

import { inTransaction } from '#database';
import { emission, outgoingEvent, type EventCodec } from '#events';
import { holdDocument } from '#ledger';
import { appendToOutbox } from '#outbox';
import type { IngestionRef, StoreName } from '#stores/port';

import { Announcer } from './repair.js';

const lockOpen = `
SELECT FROM penstock.ingestions WHERE ingestion_id = $1 AND concluded_at IS NULL FOR UPDATE`;
/** Versions of the document whose place it took and of which the ledger may not have heard that. */
const selectReplaced = `
SELECT older.ingestion_id AS "ingestionId" FROM penstock.ingestions AS older
JOIN penstock.ingestions AS live USING (namespace, document_id)
WHERE live.ingestion_id = $1 AND older.kind = 'ingestion'
  AND (older.version, older.ingestion_id) < (live.version, live.ingestion_id)
  AND (older.status = 'live' OR (older.concluded_at IS NULL
    AND NOT older.stores @? '$.* ? (@ != "written" && @ != "live" && @ != "pending")'
    AND (older.stores @? '$.* ? (@ == "live")' OR (older.error IS NULL AND NOT older.stores @? '$.* ? (@ == "pending")'))))
ORDER BY older.ingestion_id LIMIT 1000`;

/** Says by the outbox what the store's writer would have said; of what is concluded meanwhile it says nothing. */
export class OutboxAnnouncer extends Announcer {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
    private readonly nowMs: () => number,
  ) {
    super();
  }

  override announceLive(ingestion: IngestionRef, store: StoreName): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await holdDocument(client, ingestion);
      const { rowCount } = await client.query(lockOpen, [ingestion.ingestionId]);
      if (rowCount === 0) return;
      const nowMs = this.nowMs();
      const older = await client.query<{ ingestionId: string }>(selectReplaced, [ingestion.ingestionId]);
      const replaced = older.rows.map(({ ingestionId }) => ingestionId);
      const event = emission('StorePromoted', { ...ingestion, store, replaced, promotedAt: nowMs });
      await appendToOutbox(client, this.codec, [outgoingEvent(event, { role: 'janitor', timeMs: nowMs })]);
    });
  }
}
