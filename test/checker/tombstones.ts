import { storeNames, type StoreName } from '#stores/port';

import { isNewer, type LogReading } from './saga-log.js';

/** What each store remembers of ingestions: the state by ingestionId, where it remembers any. */
export type Markers = Readonly<Record<StoreName, ReadonlyMap<string, string>>>;

/**
 * I18: every store remembers what was decided of every ingestion on the log, so that it refuses what comes late. A
 * retraction is remembered with the document, for ingestions that a store has never seen as well.
 */
export function tombstoneViolations(markers: Markers, { ingestions, live, retractedThrough }: LogReading): string[] {
  const bad: string[] = [];
  for (const one of ingestions.values()) {
    const { document, ingestionId, version, decision } = one;
    if (decision === 'open') continue;
    const newest = live.get(document);
    const isLive = newest?.ingestionId === ingestionId;
    const unseen = version <= (retractedThrough.get(document) ?? 0) && decision === 'abort';
    for (const store of storeNames) {
      const state = markers[store].get(ingestionId);
      const remembered = state === undefined ? unseen : (state === 'live') === isLive && state !== 'pending';
      if (remembered) continue;
      const wanted = isLive ? 'live' : newest !== undefined && isNewer(newest, one) ? 'replaced' : decision;
      bad.push(`I18 ${store} remembers ${document} v${version} ${ingestionId} as ${state ?? 'nothing'}, not ${wanted}`);
    }
  }
  return bad;
}
