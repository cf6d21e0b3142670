import { documentKey } from '#events';

import { eventTimeMs, next, nextReplaced, nextRetracted } from './ledger.js';
import type { LedgerEvent, LedgerRow } from './ledger-row.js';
import { replacedVersions } from './replaced-versions.js';
import { releasedBytes } from './row-status.js';

/** What a batch made of the rows it touches. */
export interface FoldedBatch {
  /** Rows that differ from before. */
  readonly changed: readonly LedgerRow[];
  /** Those of them that came to their first end now. */
  readonly concluded: readonly LedgerRow[];
  /** Those that had ended before, and whose staged bytes nobody needs from now on. */
  readonly released: readonly LedgerRow[];
}

/**
 * Folds events, each seen for the first time, into the rows they speak of.
 * @param rows every row that an event names, and every open or live version of a document of which a store says that it
 *   promoted or retracted it.
 * @param replacedOf says which versions of a document others took the place of.
 */
export function foldBatch(
  rows: readonly LedgerRow[],
  events: readonly LedgerEvent[],
  replacedOf = replacedVersions,
): FoldedBatch {
  const before = new Map(rows.map((row) => [row.ingestionId, row]));
  const after = new Map(before);
  for (const event of events) {
    const { ingestionId } = event.payload;
    const known = after.get(ingestionId);
    // An ingestionId belongs to one document; what is said of it in the name of another is not about it.
    if (known !== undefined && documentKey(known) !== documentKey(event.payload)) continue;
    const row = next(known, event);
    after.set(ingestionId, row);
    if (event.type === 'StorePromoted') replace(after, event.payload.replaced, eventTimeMs(event));
    if (event.type === 'StoreRetracted' && row.status === 'retracted') retract(after, row);
  }
  replaceOlder(after, events, replacedOf);
  const changed = [...after.values()].filter((row) => before.get(row.ingestionId) !== row);
  const isFirstEnd = (row: LedgerRow): boolean =>
    row.concludedAtMs !== null && (before.get(row.ingestionId)?.concludedAtMs ?? null) === null;
  const isReleased = (row: LedgerRow): boolean => {
    const known = before.get(row.ingestionId);
    if (known === undefined || known.concludedAtMs === null) return false;
    return releasedBytes(known) === null && releasedBytes(row) !== null;
  };
  return { changed, concluded: changed.filter(isFirstEnd), released: changed.filter(isReleased) };
}

function replace(rows: Map<string, LedgerRow>, replaced: readonly string[], atMs: number): void {
  for (const ingestionId of replaced) {
    const row = rows.get(ingestionId);
    if (row !== undefined) rows.set(ingestionId, nextReplaced(row, atMs));
  }
}

/** Marks what newer versions took the place of, of all documents that a store promoted a version of. */
function replaceOlder(
  rows: Map<string, LedgerRow>,
  events: readonly LedgerEvent[],
  replacedOf: typeof replacedVersions,
): void {
  const promoted = events.flatMap((event) => (event.type === 'StorePromoted' ? [documentKey(event.payload)] : []));
  if (promoted.length === 0) return;
  const documents = Map.groupBy(rows.values(), documentKey);
  for (const document of new Set(promoted)) {
    for (const [old, by] of replacedOf(documents.get(document) ?? [])) {
      rows.set(old.ingestionId, nextReplaced(old, by.settledAtMs ?? by.updatedAtMs));
    }
  }
}

function retract(rows: Map<string, LedgerRow>, retraction: LedgerRow): void {
  const { namespace, documentId, version, updatedAtMs } = retraction;
  for (const row of rows.values()) {
    const covered = row.kind === 'ingestion' && row.version <= version;
    if (covered && row.namespace === namespace && row.documentId === documentId) {
      rows.set(row.ingestionId, nextRetracted(row, updatedAtMs));
    }
  }
}
