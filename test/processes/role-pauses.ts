import { storeNames } from '#stores/port';

import type { DecodedRecord } from '../chaos/decode-records.js';
import type { StoreContents } from '../chaos/store-contents.js';
import { longestPauseMs, type Wait } from './longest-pause.js';

/** When each step of an ingestion was done, in milliseconds since the epoch. */
type Moments = ReadonlyMap<string, number>;

const written = storeNames.map((store) => `StoreWritten ${store}`);

/** What each role waits for, and what it does then. */
const steps: readonly { readonly role: string; readonly after: readonly string[]; readonly does: string }[] = [
  { role: 'relay and stager', after: ['admitted'], does: 'DocumentStaged' },
  { role: 'parser', after: ['DocumentStaged'], does: 'DocumentParsed' },
  { role: 'extractor', after: ['DocumentParsed'], does: 'DocumentExtracted' },
  { role: 'embedder', after: ['DocumentExtracted'], does: 'DocumentEmbedded' },
  ...storeNames.flatMap((store) => [
    { role: `writer-${store}, writing`, after: ['DocumentEmbedded'], does: `StoreWritten ${store}` },
    { role: `writer-${store}, promoting`, after: written, does: `StorePromoted ${store}` },
  ]),
  { role: 'ledger and relay', after: storeNames.map((store) => `StorePromoted ${store}`), does: 'concluded' },
  { role: 'all roles together', after: ['admitted'], does: 'concluded' },
];

/**
 * For each role, the longest time in which it had something to do all along and did nothing.
 * @param records of the log: the ledger's own events say what others did, only the log says when it spoke itself.
 */
export async function rolePauses(
  contents: StoreContents,
  namespace: string,
  records: readonly DecodedRecord[],
): Promise<Map<string, number>> {
  const known = await momentsOf(contents, namespace);
  for (const record of records) {
    if (record.type !== 'IngestionConcluded') continue;
    known.get((record.payload as { ingestionId: string }).ingestionId)?.set('concluded', record.timestampMs);
  }
  const ingestions = [...known.values()];
  return new Map(steps.map(({ role, after, does }) => [role, longestPauseMs(waits(ingestions, after, does))]));
}

function waits(ingestions: Iterable<Moments>, after: readonly string[], does: string): Wait[] {
  return [...ingestions].flatMap((moments) => {
    const since = after.map((step) => moments.get(step));
    const doneMs = moments.get(does);
    if (doneMs === undefined || since.includes(undefined)) return [];
    return [{ sinceMs: Math.max(...since.map(Number)), doneMs }];
  });
}

/** Of events that come in parts, the last one counts. */
async function momentsOf(contents: StoreContents, namespace: string): Promise<Map<string, Map<string, number>>> {
  const rows = await contents.sql<{ id: string; step: string; atMs: number }>(
    `SELECT ingestion_id AS id, step, (extract(epoch FROM max(at)) * 1000)::float8 AS "atMs" FROM (
       SELECT ingestion_id, concat_ws(' ', type, store) AS step, at FROM penstock.ingestion_events
       UNION ALL SELECT ingestion_id, 'admitted', admitted_at FROM penstock.ingestions
     ) AS steps JOIN penstock.ingestions USING (ingestion_id) WHERE namespace = $1 GROUP BY 1, 2`,
    [namespace],
  );
  const found = new Map<string, Map<string, number>>();
  for (const { id, step, atMs } of rows) {
    const moments = found.get(id) ?? new Map<string, number>();
    found.set(id, moments.set(step, atMs));
  }
  return found;
}
