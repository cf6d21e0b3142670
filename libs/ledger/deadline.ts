import type { CompensationRequested } from '#events';
import { storeNames } from '#stores/port';

import type { LedgerRow } from './ledger-row.js';

/** Whether the ledger has heard neither of an end, nor of four receipts, nor of someone who gave up. */
export function isUndecided({ kind, stores, error, concludedAtMs }: LedgerRow): boolean {
  const received = storeNames.every((store) => stores[store] !== 'pending');
  return kind === 'ingestion' && concludedAtMs === null && error === null && !received;
}

/** The request to give up an ingestion that stayed open for too long. The saga log has the last word. */
export function deadlineRequest(row: LedgerRow, nowMs: number, deadlineMs: number): CompensationRequested {
  const { namespace, documentId, ingestionId, version, status } = row;
  const message = `not concluded for more than ${Math.round(deadlineMs / 1000)} s, last seen as ${status}`;
  const identity = { namespace, documentId, ingestionId, version };
  return { ...identity, requestedBy: 'deadline', reason: 'deadline', message, requestedAt: nowMs };
}
