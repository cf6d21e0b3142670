import { isNewer, storeNames } from '#stores/port';

import type { LedgerRow } from './ledger-row.js';

/**
 * Versions of one document of which a store says that it made them live, and says the same of a newer one. A store
 * shows one at a time, so the newer took its place, even if the word of that was lost: a store that promotes again
 * because it could not publish does not know any more what it replaced. What ended otherwise stays so, as does what a
 * deletion between the two has removed.
 * @param rows of one document: at least its open and its live ones.
 * @returns each with the newest version that took its place.
 */
export function replacedVersions(rows: readonly LedgerRow[]): (readonly [old: LedgerRow, by: LedgerRow])[] {
  const newestFirst = rows.toSorted((a, b) => (isNewer(a, b) ? -1 : 1));
  return newestFirst.flatMap((old, place) => {
    const isCurrent = old.kind === 'ingestion' && (old.concludedAtMs === null || old.status === 'live');
    if (!isCurrent) return [];
    const by = newestFirst.slice(0, place).find((one) => tookPlace(one, old));
    if (by === undefined) return [];
    const isRemoved = rows.some((one) => one.kind === 'retraction' && between(one, old, by));
    return isRemoved ? [] : [[old, by] as const];
  });
}

function tookPlace(newer: LedgerRow, old: LedgerRow): boolean {
  return storeNames.some((store) => newer.stores[store] === 'live' && old.stores[store] === 'live');
}

function between({ version }: LedgerRow, old: LedgerRow, newer: LedgerRow): boolean {
  return old.version <= version && version <= newer.version;
}
