import { storeNames, type StoreName } from '#stores/port';

/** The pivot of the saga: before it every step can be undone, after it every step is retried until done. */
export type Decision = 'open' | 'live' | 'abort';

/** What the log has said of one ingestion so far, as far as the decision depends on it. */
export interface Progress {
  readonly decision: Decision;
  readonly receipts: readonly StoreName[];
}

/** What the log says, reduced to what the decision depends on. */
export type Signal =
  | { readonly kind: 'part' }
  | { readonly kind: 'receipt'; readonly store: StoreName }
  | { readonly kind: 'compensation' }
  | { readonly kind: 'retraction' };

export const untouched: Progress = { decision: 'open', receipts: [] };

/**
 * All four receipts before any request to compensate: live. A request, or a retraction of this version, before the
 * fourth receipt: abort. A decision never changes; duplicates fold away. Total over all pairs:
 * - open + part: stays open; parts matter to the store, not to the decision.
 * - open + receipt: remembers it; with the fourth distinct one, live.
 * - open + compensation or retraction: abort.
 * - live + anything: live. A compensation comes too late; a retraction removes the live document by its own verb.
 * - abort + anything: abort. A receipt comes too late.
 */
export function next(progress: Progress, signal: Signal): Progress {
  if (progress.decision !== 'open') return progress;
  switch (signal.kind) {
    case 'part':
      return progress;
    case 'compensation':
    case 'retraction':
      return { ...progress, decision: 'abort' };
    case 'receipt': {
      if (progress.receipts.includes(signal.store)) return progress;
      const receipts = [...progress.receipts, signal.store];
      return { decision: receipts.length === storeNames.length ? 'live' : 'open', receipts };
    }
  }
}
