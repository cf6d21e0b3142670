import type { Leftover, StoreAuditor } from '#stores/auditor';

import type { Checking } from './check-documents.js';
import type { Finding } from './finding.js';

/** Pieces that hang on no document: in the graph, what no live document supports. */
export async function checkLeftovers(checking: Checking, auditor: StoreAuditor): Promise<void> {
  const { pageSize, signal, settle, repair, note } = checking;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await auditor.leftovers(cursor, pageSize, signal);
    const suspects = page.items.filter(isAskedFor(checking));
    if (suspects.length > 0) {
      await settle();
      const still = new Set((await auditor.leftovers(cursor, pageSize, signal)).items.map(({ id }) => id));
      const certain = suspects.filter(({ id }) => still.has(id));
      const removed = repair ? await auditor.removeLeftovers(certain, signal) : 0;
      const left = repair && removed < certain.length ? await stillThere(checking, auditor, cursor) : new Set();
      for (const one of certain) note(findingOf(auditor, one), outcomeOf(repair, left.has(one.id)));
    }
    cursor = page.next;
  } while (cursor !== undefined);
}

function isAskedFor({ namespace }: Checking): (leftover: Leftover) => boolean {
  return (leftover) => namespace === undefined || leftover.namespace === namespace;
}

async function stillThere(
  { pageSize, signal }: Checking,
  auditor: StoreAuditor,
  cursor: string | undefined,
): Promise<ReadonlySet<string>> {
  return new Set((await auditor.leftovers(cursor, pageSize, signal)).items.map(({ id }) => id));
}

function outcomeOf(repair: boolean, isLeft: boolean): 'found' | 'left' | 'healed' {
  if (!repair) return 'found';
  return isLeft ? 'left' : 'healed';
}

function findingOf({ store }: StoreAuditor, { kind, id, namespace }: Leftover): Finding {
  const detail = kind === 'entity' ? 'no live document mentions it' : 'it names documents that are gone';
  return {
    kind: kind === 'entity' ? 'unsupported-entity' : 'unsupported-fact',
    store,
    document: null,
    namespace,
    id,
    kinds: [],
    detail,
  };
}
