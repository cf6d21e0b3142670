import { documentKey, type DocumentRef } from '#events';
import type { FoundIngestion, StoreAuditor } from '#stores/auditor';

import { checkDocuments, type Checking } from './check-documents.js';
import { compareDocument } from './compare.js';
import { findingKey, type Finding } from './finding.js';
import { look } from './look.js';

/** Ingestions with pieces that the ledger does not lead to: it never heard of them, or they ended. */
export async function findStrays(checking: Checking, auditor: StoreAuditor): Promise<void> {
  const { pageSize, signal } = checking;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const { items, next } = await auditor.scan(cursor, pageSize, signal);
    const unowned = await checkFound(checking, auditor, items);
    if (unowned.length > 0) await checkUnowned(checking, auditor, { ids: unowned, cursor });
    cursor = next;
  } while (cursor !== undefined);
}

/** Answers those that say neither whose they are nor are known to the ledger. */
async function checkFound(
  checking: Checking,
  auditor: StoreAuditor,
  items: readonly FoundIngestion[],
): Promise<string[]> {
  const { ledger } = checking.ports;
  const owners = await ledger.owners(items.map(({ ingestionId }) => ingestionId));
  const unowned = new Set<string>();
  const byDocument = new Map<string, { document: DocumentRef; ids: string[] }>();
  for (const { ingestionId, document: said } of items) {
    const owner = owners.get(ingestionId);
    const document = said ?? owner?.document;
    if (checking.namespace !== undefined && document?.namespace !== checking.namespace) continue;
    if (document === undefined) {
      unowned.add(ingestionId);
      continue;
    }
    const isOwn = owner !== undefined && documentKey(owner.document) === documentKey(document);
    if (isOwn && (owner.says === 'open' || owner.isLive)) continue;
    const known = byDocument.get(documentKey(document)) ?? { document, ids: [] };
    byDocument.set(documentKey(document), { document, ids: [...known.ids, ingestionId] });
  }
  for (const { document, ids } of byDocument.values()) await checkDocument(checking, auditor, document, ids);
  return [...unowned];
}

/** Only what the look at the ledger's documents could not find: what the store alone leads to. */
async function checkDocument(
  checking: Checking,
  { store }: StoreAuditor,
  document: DocumentRef,
  ids: readonly string[],
): Promise<void> {
  const { ledger, auditors } = checking.ports;
  const isKnown = (await ledger.signs([document])).size > 0;
  const plain = isKnown ? await look(ledger, auditors, [{ ...document, ingestionIds: [] }], checking.signal) : [];
  const seenBefore = new Set(plain.flatMap(compareDocument).map(findingKey));
  const asked = (finding: Finding): boolean =>
    finding.store === store && ids.includes(finding.id) && !seenBefore.has(findingKey(finding));
  await checkDocuments(checking, [{ ...document, ingestionIds: [...ids] }], asked);
}

/**
 * Looks once more, as at everything else: at the same page, and at the ledger right before anything is removed. What
 * went meanwhile, or was submitted, is no damage.
 */
async function checkUnowned(
  { ports, pageSize, signal, settle, repair, note }: Checking,
  auditor: StoreAuditor,
  { ids, cursor }: { readonly ids: readonly string[]; readonly cursor: string | undefined },
): Promise<void> {
  await settle();
  const { items } = await auditor.scan(cursor, pageSize, signal);
  const still = new Set(items.flatMap(({ ingestionId, document }) => (document === undefined ? ingestionId : [])));
  const owners = await ports.ledger.owners(ids);
  const certain = ids.filter((id) => still.has(id) && !owners.has(id));
  for (const ingestionId of repair ? certain : []) await auditor.remove({ ingestionId, document: undefined }, signal);
  const after = repair ? (await auditor.scan(cursor, pageSize, signal)).items : [];
  const left = new Set(after.map(({ ingestionId }) => ingestionId));
  for (const ingestionId of certain) {
    const nobodys = { document: null, namespace: null, id: ingestionId, kinds: [] } as const;
    const finding: Finding = { kind: 'orphan', store: auditor.store, ...nobodys, detail: 'pieces of no document' };
    note(finding, !repair ? 'found' : left.has(ingestionId) ? 'left' : 'healed');
  }
}
