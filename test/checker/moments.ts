import type { StoreName } from '#stores/port';

import { fieldOf, identityOf, type LogRecord } from './observed.js';
import type { LogReading } from './saga-log.js';

/** When things happened, on the clock that readings go by; infinity for what never did. */
export interface Moments {
  /** When the record that decided an ingestion was sent: nobody may have been shown it before. */
  decidedAt(ingestionId: string): number;
  /** When the first request to remove this version of a document was sent: from then on it may be gone. */
  goesFrom(document: string, version: number): number;
  /** The newest version that a store had said before a moment to be live; 0 if it had said nothing. */
  saidLive(store: StoreName, document: string, before: number): number;
  /** The newest version that a store had said before a moment to be gone with all before it; 0 if there was none. */
  saidGone(store: StoreName, document: string, before: number): number;
}

/** A topic's records, each document's in order, and when each was sent. */
export interface TimedRecords {
  readonly records: readonly LogRecord[];
  readonly sentAt: (index: number) => number;
}

interface Told {
  readonly version: number;
  readonly at: number;
}

/** Reads from two topics when what was sent. A record that was sent again counts from the first time. */
export function momentsOf(saga: TimedRecords, outcomes: TimedRecords, log: LogReading): Moments {
  const removals = toldIn(saga, 'DocumentRetracted');
  const live = toldIn(outcomes, 'StorePromoted');
  const gone = toldIn(outcomes, 'StoreRetracted');
  const newest = (told: ReadonlyMap<string, readonly Told[]>, key: string, before: number): number =>
    Math.max(0, ...(told.get(key) ?? []).filter(({ at }) => at < before).map(({ version }) => version));
  return {
    decidedAt: (ingestionId) => {
      const index = log.ingestions.get(ingestionId)?.decidedAt ?? -1;
      return index < 0 ? Infinity : saga.sentAt(index);
    },
    goesFrom: (document, version) => {
      const covering = (removals.get(document) ?? []).filter((one) => one.version >= version);
      return Math.min(Infinity, ...covering.map(({ at }) => at));
    },
    saidLive: (store, document, before) => newest(live, `${store} ${document}`, before),
    saidGone: (store, document, before) => newest(gone, `${store} ${document}`, before),
  };
}

/** What records of one type say, by document, or by store and document where a store says it. */
function toldIn({ records, sentAt }: TimedRecords, type: string): Map<string, Told[]> {
  const told = new Map<string, Told[]>();
  records.forEach((record, index) => {
    if (record.type !== type) return;
    const { namespace, documentId, version } = identityOf(record);
    const store = fieldOf(record, 'store');
    const key = `${store === undefined ? '' : `${String(store)} `}${namespace}/${documentId}`;
    const known = told.get(key) ?? [];
    told.set(key, known);
    known.push({ version, at: sentAt(index) });
  });
  return told;
}
