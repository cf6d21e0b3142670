import type { StoreAuditor, WrongNames } from '#stores/auditor';

import type { Checking } from './check-documents.js';
import type { Finding } from './finding.js';

/**
 * Which names are one entity: every store derives that from what is live, and can derive it again. What two looks found
 * is certain, since documents come and go in between.
 */
export async function checkLinks(checking: Checking, auditor: StoreAuditor): Promise<void> {
  const { namespace, pageSize, signal, settle, repair, note } = checking;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await auditor.wrongNames(cursor, pageSize, signal);
    const suspects = page.items.filter((one) => namespace === undefined || one.namespace === namespace);
    if (suspects.length > 0) {
      await settle();
      const certain = await stillWrong(checking, auditor, { cursor, suspects });
      if (repair) await auditor.joinAnew(certain, signal);
      const left = new Set(repair ? await stillWrong(checking, auditor, { cursor, suspects: certain }) : []);
      for (const one of certain) {
        const healed = left.has(one) ? 'left' : 'healed';
        note(findingOf(auditor, one), repair ? healed : 'found');
      }
    }
    cursor = page.next;
  } while (cursor !== undefined);
}

async function stillWrong(
  { pageSize, signal }: Checking,
  auditor: StoreAuditor,
  { cursor, suspects }: { readonly cursor: string | undefined; readonly suspects: readonly WrongNames[] },
): Promise<WrongNames[]> {
  const page = await auditor.wrongNames(cursor, pageSize, signal);
  const still = new Set(page.items.map(({ family }) => family));
  return suspects.filter(({ family }) => still.has(family));
}

function findingOf({ store }: StoreAuditor, { id, namespace }: WrongNames): Finding {
  const detail = 'which names are one entity is not what live documents say';
  return { kind: 'wrong-names', store, document: null, namespace, id, kinds: [], detail };
}
