import { storeNames, type StoreName } from '#stores/port';

/** What the ledger has heard of an ingestion, as far as it tells whether it was decided. */
export interface HeardOf {
  readonly kind: string;
  readonly open: boolean;
  /** Whether anybody asked to undo it. */
  readonly givenUp: boolean;
  readonly stores: Readonly<Record<StoreName, string>>;
  /** When anything was heard of it last; not before its admission. */
  readonly heardAtMs: number;
}

/**
 * The stores that a version waits for though it was decided as live, since one of them made it live, or all four wrote
 * it and nobody asked to undo it, if nothing was heard for so long that they missed the decision, or the ledger missed
 * what they said of it: retention passed them while they were away. One that missed the decision may even have undone
 * it; where more stores are live, it was the one to err. Undefined for every other ingestion. Pure.
 * @param beforeMs what was heard of later may still be on its way.
 */
export function storesBehind(heard: HeardOf, beforeMs: number): StoreName[] | undefined {
  const { kind, open, givenUp, stores, heardAtMs } = heard;
  if (kind !== 'ingestion' || !open || heardAtMs >= beforeMs) return undefined;
  const storesAt = (state: string): StoreName[] => storeNames.filter((store) => stores[store] === state);
  const [live, undone] = [storesAt('live').length, storesAt('rolled_back').length];
  // Where one is live all four had written it, whatever the ledger heard.
  const sound = live > undone ? ['live', 'written', 'pending', 'rolled_back'] : ['written'];
  if (!storeNames.every((store) => sound.includes(stores[store])) || (givenUp && live === 0)) return undefined;
  return storeNames.filter((store) => stores[store] !== 'live');
}
