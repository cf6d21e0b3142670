import { readViolations, type LogReading, type Moments, type Reading, type ShownVersion } from '../checker/index.js';
import { sources, type AfterLive, type Watched } from './watch.js';

const final = new Set(['rolled_back', 'failed', 'superseded', 'unchanged', 'retracted', 'cancelled']);

/** What faults may show of single stores, as these promise no more. */
export interface Excuses {
  /** Documents that the cache lost: it shows nothing of them until somebody reads them. */
  readonly expired: ReadonlySet<string>;
  /** Qdrant was killed: without transactions, it may have died when the new version was shown and the old not gone. */
  readonly qdrantDied: boolean;
}

/**
 * I7, I8, I14: what was read while faults were going on. `moments` are by the clock of this machine, in milliseconds
 * since the epoch.
 */
export function watchViolations(
  { seen, statuses, afterLive }: Watched,
  log: LogReading,
  moments: Moments,
  excuses: Excuses,
): string[] {
  const readings = seen.flatMap(({ store, document, beganMs, endedMs, shown }): Reading[] => {
    const versions = shown.map(({ document: _document, version, ...one }): ShownVersion => {
      return { ...one, version: version ?? log.ingestions.get(one.ingestionId)?.version ?? 0 };
    });
    const reading = { store, document, began: beganMs, ended: endedMs, shown: versions };
    return excused(reading, excuses);
  });
  return [
    ...readViolations(readings, log, moments),
    ...[...statuses].flatMap(([ingestionId, list]) => statusViolations(ingestionId, list)),
    ...afterLive.flatMap((one) => afterLiveViolations(one, log, excuses.expired)),
  ];
}

function excused(reading: Reading, { expired, qdrantDied }: Excuses): Reading[] {
  const { store, document, shown } = reading;
  if (store === 'redis' && shown.length === 0 && expired.has(document)) return [];
  if (store !== 'qdrant' || shown.length < 2 || !qdrantDied) return [reading];
  const newest = Math.max(...shown.map(({ version }) => version));
  return [{ ...reading, shown: shown.filter(({ version }) => version === newest) }];
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
