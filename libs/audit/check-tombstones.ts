import type { StoreAuditor, Tombstone } from '#stores/auditor';

import type { Checking } from './check-documents.js';
import type { Finding } from './finding.js';

/** Tombstones that were set before a time; to repair is to collect them. */
export async function checkTombstones(checking: Checking, auditor: StoreAuditor, beforeMs: number): Promise<void> {
  const { pageSize: limit, signal, repair, namespace, note } = checking;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const { items, next } = await auditor.tombstones(beforeMs, { cursor, limit }, signal);
    const asked = items.filter(({ document }) => namespace === undefined || document.namespace === namespace);
    if (repair && asked.length > 0) {
      await auditor.forget(asked, beforeMs, signal);
      const still = await auditor.tombstones(beforeMs, { cursor, limit }, signal);
      const left = new Set(still.items.map(keyOf));
      for (const one of asked) note(findingOf(auditor, one), left.has(keyOf(one)) ? 'left' : 'healed');
    } else {
      for (const one of asked) note(findingOf(auditor, one), 'found');
    }
    cursor = next;
  } while (cursor !== undefined);
}

/** Collects what is older than it has to be kept, and answers how many that were. */
export async function collectTombstones(
  auditor: StoreAuditor,
  beforeMs: number,
  pageSize: number,
  signal: AbortSignal,
): Promise<number> {
  let collected = 0;
  let cursor: string | undefined;
  do {
    const { items, next } = await auditor.tombstones(beforeMs, { cursor, limit: pageSize }, signal);
    collected += await auditor.forget(items, beforeMs, signal);
    cursor = next;
  } while (cursor !== undefined && !signal.aborted);
  return collected;
}

function keyOf({ document: { namespace, documentId }, ingestionId }: Tombstone): string {
  return JSON.stringify([namespace, documentId, ingestionId]);
}

function findingOf({ store }: StoreAuditor, { document, ingestionId }: Tombstone): Finding {
  const detail =
    ingestionId === undefined ? 'marker of a document that nothing needs' : 'older than tombstones are kept';
  const { namespace } = document;
  return { kind: 'stale-tombstone', store, document, namespace, id: ingestionId ?? '', kinds: [], detail };
}
