import { storeNames } from '#stores/port';
import { pausedSinceSql } from '#usage';

import type { LedgerRow } from './ledger-row.js';

/**
 * SQL for rows that were admitted before a moment and did not come to their end since. It is counted from admission by
 * this database, as a submitter's clock or an old submission time must not end a new one, and without the time in which
 * calls to models waited for a budget or a key.
 * @param moment an SQL expression for it.
 */
export function overdueSql(moment: string): string {
  return `concluded_at IS NULL AND admitted_at < ${moment} AND admitted_at + ${pausedSinceSql('admitted_at', 'ingestions.namespace')} < ${moment}`;
}

/** What keeps an ingestion or a retraction from its end, and what to do about it. Pure. */
export function remedyFor({ ingestionId, kind, error, status, stage, stores }: LedgerRow): string {
  const storesAt = (states: readonly string[]) => storeNames.filter((store) => states.includes(stores[store]));
  const writersAt = (states: readonly string[]): string =>
    storesAt(states)
      .map((store) => `writer-${store}`)
      .join(', ');
  const behind = writersAt(['pending', 'written']);
  const [live, undone] = [storesAt(['live']).length, storesAt(['rolled_back']).length];
  if (kind === 'ingestion' && live > 0 && undone > 0) {
    // Where as many undid it as made it live, the audit does not take it for decided and leaves it alone.
    const audit = live > undone ? 'penstock audit --repair, or ' : '';
    return `undone by ${writersAt(['rolled_back'])} and live elsewhere: ${audit}submit the document again, or delete it`;
  }
  if (kind === 'retraction') return `not removed by ${behind}: start it, or mend its store`;
  if (error !== null) return `not undone by ${behind}: start it, or mend its store`;
  const cancel = `or penstock cancel ${ingestionId}`;
  if (status !== 'writing') return `look at the lag and the log of ${stage}, ${cancel}`;
  const missing = writersAt(['pending']);
  if (missing !== '') return `not written by ${missing}: start it, mend its store, ${cancel}`;
  return `not settled by ${behind}: mend its store, it is tried again until then`;
}
