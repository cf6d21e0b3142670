import { emission, type CompensationRequested, type DocumentRetracted, type Emission } from '#events';
import { storeNames } from '#stores/port';

import type { LedgerRow } from './ledger-row.js';

/** Whether the ledger has heard neither of an end, nor of four receipts, nor of someone who gave up. */
export function isUndecided({ kind, stores, error, concludedAtMs }: LedgerRow): boolean {
  const received = storeNames.every((store) => stores[store] !== 'pending');
  return kind === 'ingestion' && concludedAtMs === null && error === null && !received;
}

/** A row that stayed open for too long, seen at a moment. */
export interface Overdue {
  readonly nowMs: number;
  readonly deadlineMs: number;
  /** Whether the deadline has said nothing of it before. */
  readonly isFirst: boolean;
}

/**
 * What the deadline has to say of a row that is still open: that an ingestion is given up, or once more that a document
 * is deleted, for a store that never read it would show the document for ever. Pure.
 */
export function deadlineEvent(row: LedgerRow, { nowMs, deadlineMs, isFirst }: Overdue): Emission {
  return row.kind === 'retraction'
    ? emission('DocumentRetracted', retractedAgain(row))
    : emission('CompensationRequested', deadlineRequest(row, { nowMs, deadlineMs, isFirst }));
}

/** The same event as before, by its id: stores that had done it say so again, and the timeline does not grow. */
function retractedAgain({ namespace, documentId, ingestionId, version, ...row }: LedgerRow): DocumentRetracted {
  const retractedAt = row.submittedAtMs ?? row.updatedAtMs;
  return { namespace, documentId, ingestionId, version, reason: 'deadline: not removed everywhere', retractedAt };
}

/** The request to give up an ingestion that stayed open for too long. The saga log has the last word. */
function deadlineRequest(row: LedgerRow, { nowMs, deadlineMs, isFirst }: Overdue): CompensationRequested {
  const { namespace, documentId, ingestionId, version, status } = row;
  const message = `not concluded for more than ${Math.round(deadlineMs / 1000)} s, last seen as ${status}`;
  const identity = { namespace, documentId, ingestionId, version };
  const isSaid = (state: string): boolean => storeNames.some((store) => row.stores[store] === state);
  const confirmed = !isSaid('live') && (isSaid('rolled_back') || !isFirst);
  return { ...identity, requestedBy: 'deadline', reason: 'deadline', message, requestedAt: nowMs, confirmed };
}
