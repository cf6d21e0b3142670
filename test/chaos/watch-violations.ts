import { readViolations, type LogReading, type Reading } from '../checker/index.js';
import { sources, type AfterLive, type Watched } from './watch.js';

const final = new Set(['rolled_back', 'failed', 'superseded', 'unchanged', 'retracted', 'cancelled']);

/**
 * I7, I8, I14: what was read while faults were going on. `decidedAtMs` is when the record that decided an ingestion was
 * sent, by the clock of this machine: nobody may have seen it earlier. `expired` are documents that the cache lost.
 */
export function watchViolations(
  { seen, statuses, afterLive }: Watched,
  log: LogReading,
  decidedAtMs: (ingestionId: string) => number,
  expired: ReadonlySet<string> = new Set(),
): string[] {
  const readings = seen.map(({ store, document, ingestionId, version, values, atMs }): Reading => {
    const logLength = decidedAtMs(ingestionId) <= atMs ? Infinity : 0;
    const known = log.ingestions.get(ingestionId)?.version ?? 0;
    return { store, document, ingestionId, version: version ?? known, values, logLength };
  });
  return [
    ...readViolations(readings, log),
    ...[...statuses].flatMap(([ingestionId, list]) => statusViolations(ingestionId, list)),
    ...afterLive.flatMap((one) => afterLiveViolations(one, log, expired)),
  ];
}

/** I7: what ended stays as it ended; only a live version is still replaced or retracted. */
function statusViolations(ingestionId: string, statuses: readonly string[]): string[] {
  const bad = statuses.some((status, i) => {
    const next = statuses[i + 1];
    if (next === undefined) return false;
    if (status === 'live') return next !== 'superseded' && next !== 'retracted';
    return final.has(status);
  });
  return bad ? [`I7 the status of ${ingestionId} went ${statuses.join(', ')}`] : [];
}

/** I14: what is called live is what each store shows, unless a newer version or a retraction has come since. */
function afterLiveViolations(
  { document, ingestionId, version, shown }: AfterLive,
  log: LogReading,
  expired: ReadonlySet<string>,
): string[] {
  return sources.flatMap((store) => {
    const ids = shown[store];
    if (ids === undefined || ids.includes(ingestionId)) return [];
    if (store === 'redis' && ids.length === 0 && expired.has(document)) return [];
    const newer = ids.some((id) => (log.ingestions.get(id)?.version ?? 0) > version);
    const retracted = (log.retractedThrough.get(document) ?? 0) >= version;
    if (newer || retracted) return [];
    return [
      `I14 ${store} shows [${ids.join(' ')}] of ${document} right after v${version} ${ingestionId} is said to be live`,
    ];
  });
}
