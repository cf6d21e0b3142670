import type { ClientBase } from 'pg';

import { emission, outgoingEvent, type EventCodec } from '#events';
import { PermanentFailure } from '#failure';
import { appendToOutbox } from '#outbox';

import { isUndecided } from './deadline.js';
import { holdDocumentOf } from './hold-document.js';
import { fromRecord, ledgerColumns, type LedgerRecord } from './mapping.js';
import type { LedgerRow } from './ledger-row.js';

export interface Cancellation {
  readonly ingestionId: string;
  readonly nowMs: number;
}

export interface Cancelled {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

type CancellableRecord = LedgerRecord & { readonly cancelled_at: Date | null };

const lockIngestion = `
SELECT ${ledgerColumns.join(', ')}, cancelled_at FROM penstock.ingestions WHERE ingestion_id = $1 FOR UPDATE`;
const markCancelled = `
UPDATE penstock.ingestions SET cancelled_at = to_timestamp($2::float8 / 1000) WHERE ingestion_id = $1`;

/**
 * Asks for an undecided ingestion to be undone, once: the request goes to the saga log by the outbox, in the
 * transaction that marks the row. The log has the last word, as it may hold a fourth receipt that the ledger has not
 * heard of. Asked again before the end it gives the same answer.
 * @returns nothing if there is no such ingestion.
 * @throws PermanentFailure `already-decided` if it is decided or concluded as far as the ledger has heard.
 */
export async function cancelIngestion(
  client: ClientBase,
  codec: EventCodec,
  { ingestionId, nowMs }: Cancellation,
): Promise<Cancelled | undefined> {
  await holdDocumentOf(client, ingestionId);
  const { rows } = await client.query<CancellableRecord>(lockIngestion, [ingestionId]);
  const [record] = rows;
  if (record === undefined) return undefined;
  const row = fromRecord(record);
  const { namespace, documentId, version } = row;
  const identity = { namespace, documentId, ingestionId, version };
  if (record.cancelled_at !== null && row.concludedAtMs === null) return identity;
  if (!isUndecided(row)) throw new PermanentFailure(whyNot(row), { reason: 'already-decided' });
  await client.query(markCancelled, [ingestionId, nowMs]);
  const message = `cancelled by a client, last seen as ${row.status}`;
  const why = { requestedBy: 'cancel', reason: 'cancelled', message, requestedAt: nowMs, confirmed: false };
  const request = emission('CompensationRequested', { ...identity, ...why });
  await appendToOutbox(client, codec, [outgoingEvent(request, { role: 'api', timeMs: nowMs })]);
  return identity;
}

function whyNot({ kind, status, error, concludedAtMs }: LedgerRow): string {
  if (kind === 'retraction') return 'a retraction cannot be cancelled; submit the document again';
  if (concludedAtMs !== null) return `the ingestion is concluded: ${status}`;
  if (error !== null) return `the ingestion is being undone: ${error.role}: ${error.reason}`;
  return 'all four stores hold the ingestion, so it is decided and becomes live';
}
