import type { Pool } from 'pg';

import { inTransaction } from '#database';
import { emission, outgoingEvent, type EventCodec } from '#events';
import { appendToOutbox } from '#outbox';
import type { IngestionRef, StoreName } from '#stores/port';

import { Announcer } from './repair.js';

const lockOpen = `
SELECT FROM penstock.ingestions WHERE ingestion_id = $1 AND concluded_at IS NULL FOR UPDATE`;

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
      const { rowCount } = await client.query(lockOpen, [ingestion.ingestionId]);
      if (rowCount === 0) return;
      const nowMs = this.nowMs();
      const event = emission('StorePromoted', { ...ingestion, store, replaced: [], promotedAt: nowMs });
      await appendToOutbox(client, this.codec, [outgoingEvent(event, { role: 'janitor', timeMs: nowMs })]);
    });
  }
}
