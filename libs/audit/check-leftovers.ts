import type { Leftover, StoreAuditor } from '#stores/auditor';

import type { Checking } from './check-documents.js';
import { checkPages } from './check-pages.js';
import type { Finding } from './finding.js';

/** Pieces that hang on no document: in the graph, what no live document supports. */
export function checkLeftovers(checking: Checking, auditor: StoreAuditor): Promise<void> {
  const { pageSize, signal } = checking;
  return checkPages<Leftover>(checking, {
    page: (cursor) => auditor.leftovers(cursor, pageSize, signal),
    keyOf: ({ id }) => id,
    heal: (certain) => auditor.removeLeftovers(certain, signal),
    findingOf: (one) => findingOf(auditor, one),
  });
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
