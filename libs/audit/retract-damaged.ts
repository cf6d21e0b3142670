import type { Pool } from 'pg';
import { v7 } from 'uuid';

import { inTransaction } from '#database';
import type { DocumentRef, EventCodec } from '#events';
import { announceRetraction, holdDocument } from '#ledger';

import { Retractor } from './repair.js';

const selectSettled = `
SELECT count(*) FILTER (WHERE concluded_at IS NULL)::int AS open,
  count(*) FILTER (WHERE status = 'live' AND ingestion_id = $3)::int AS live
FROM penstock.ingestions WHERE namespace = $1 AND document_id = $2`;

/** Retracts by the ledger and the outbox, like the API. The document's row is what a new submission waits for. */
export class LedgerRetractor extends Retractor {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
    private readonly nowMs: () => number,
  ) {
    super();
  }

  override retract(document: DocumentRef, liveIngestionId: string): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const { namespace, documentId } = document;
      await holdDocument(client, document);
      const { rows } = await client.query<{ open: number; live: number }>(selectSettled, [
        namespace,
        documentId,
        liveIngestionId,
      ]);
      if (rows[0]?.open !== 0 || rows[0].live !== 1) return false;
      const reason = 'audit: damaged in the stores, and nothing left to make it again from';
      const retraction = { namespace, documentId, ingestionId: v7(), reason, role: 'janitor', nowMs: this.nowMs() };
      return (await announceRetraction(client, this.codec, retraction)) !== undefined;
    });
  }
}
