import { storeNames } from '#stores/port';

import type { IngestionStatus, LedgerRow } from './ledger-row.js';

/** What follows from a row's facts; `over` means that no store has anything left to do for it. */
export interface RowStatus {
  readonly status: IngestionStatus;
  readonly stage: string;
  readonly over: boolean;
}

const roleAfter = {
  submitted: 'stager',
  staged: 'parser',
  parsed: 'extractor',
  extracted: 'embedder',
  writing: 'writers',
};

/**
 * The status of a row. A version that was replaced stays superseded even if the document is retracted later; apart
 * from that a live one may still become superseded or retracted, and every other end is final.
 */
export function rowStatus(row: LedgerRow): RowStatus {
  const progress = storeNames.map((store) => row.stores[store]);
  if (progress.includes('unchanged')) return end('unchanged');
  if (row.replaced) return end('superseded');
  if (row.retracted) return end('retracted');
  if (row.kind === 'retraction') {
    if (progress.every((state) => state === 'retracted')) return end('retracted');
    return { status: progress.includes('retracted') ? 'writing' : 'submitted', stage: 'writers', over: false };
  }
  const settled = isSettled(row) ? settledStatus(row, progress) : undefined;
  if (settled !== undefined) return settled;
  const status = openStatus(row, progress);
  return { status, stage: row.error?.role ?? roleAfter[status], over: false };
}

/**
 * The staged bytes that nobody needs any more. A retraction may end an ingestion that a stage is still on its way with;
 * only when each store has said what became of the ingestion itself is it certain that none is.
 */
export function releasedBytes(row: LedgerRow): string | null {
  return row.concludedAtMs !== null && isSettled(row) ? row.stagingRef : null;
}

function isSettled({ stores }: LedgerRow): boolean {
  return storeNames.every((store) => stores[store] !== 'pending' && stores[store] !== 'written');
}

/**
 * What four stores have made of it. The ledger may hear that they undid it before it hears who gave it up, which is in
 * another topic and says how it ended: until then it stays open.
 */
function settledStatus({ error }: LedgerRow, progress: readonly string[]): RowStatus | undefined {
  if (progress.includes('superseded')) return end('superseded');
  if (progress.includes('retracted')) return end('retracted');
  if (progress.every((state) => state === 'live')) return end('live');
  // Stores that disagree are nothing to call an end.
  if (error === null || progress.includes('live')) return undefined;
  return { status: undoes(error.role) ? 'rolled_back' : 'failed', stage: error.role, over: true };
}

function openStatus(row: LedgerRow, progress: readonly string[]): keyof typeof roleAfter {
  const { parts, partsDone } = row;
  if (partsDone.embedded > 0 || progress.some((state) => state !== 'pending')) return 'writing';
  if (parts !== null && partsDone.extracted >= parts) return 'extracted';
  if (parts !== null && (partsDone.parsed >= parts || partsDone.extracted > 0)) return 'parsed';
  return row.staged || parts !== null ? 'staged' : 'submitted';
}

/** A writer or a client undoes what stores hold (rolled back); anyone else gives up on the document itself (failed). */
function undoes(role: string): boolean {
  return role === 'cancel' || role.startsWith('writer-') || storeNames.some((store) => store === role);
}

function end(status: IngestionStatus): RowStatus {
  return { status, stage: 'done', over: true };
}
