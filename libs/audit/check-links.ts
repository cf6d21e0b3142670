import type { StoreAuditor, WrongNames } from '#stores/auditor';

import type { Checking } from './check-documents.js';
import { checkPages } from './check-pages.js';
import type { Finding } from './finding.js';

/** Which names are one entity: every store derives that from what is live, and can derive it again. */
export function checkLinks(checking: Checking, auditor: StoreAuditor): Promise<void> {
  const { pageSize, signal } = checking;
  return checkPages<WrongNames>(checking, {
    page: (cursor) => auditor.wrongNames(cursor, pageSize, signal),
    keyOf: ({ family }) => family,
    heal: (certain) => auditor.joinAnew(certain, signal),
    findingOf: (one) => findingOf(auditor, one),
  });
}

function findingOf({ store }: StoreAuditor, { id, namespace }: WrongNames): Finding {
  const detail = 'which names are one entity is not what live documents say';
  return { kind: 'wrong-names', store, document: null, namespace, id, kinds: [], detail };
}
