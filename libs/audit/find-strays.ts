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
    await checkFound(checking, auditor, items);
    cursor = next;
  } while (cursor !== undefined);
}

async function checkFound(checking: Checking, auditor: StoreAuditor, items: readonly FoundIngestion[]): Promise<void> {
  const { ledger } = checking.ports;
  const owners = await ledger.owners(items.map(({ ingestionId }) => ingestionId));
  const byDocument = new Map<string, { document: DocumentRef; ids: string[] }>();
  for (const { ingestionId, document: said } of items) {
    const owner = owners.get(ingestionId);
    const document = said ?? owner?.document;
    if (checking.namespace !== undefined && document?.namespace !== checking.namespace) continue;
    if (document === undefined) {
      await checkUnowned(checking, auditor, ingestionId);
      continue;
    }
    const isOwn = owner !== undefined && documentKey(owner.document) === documentKey(document);
    if (isOwn && (owner.says === 'open' || owner.isLive)) continue;
    const known = byDocument.get(documentKey(document)) ?? { document, ids: [] };
    byDocument.set(documentKey(document), { document, ids: [...known.ids, ingestionId] });
  }
  for (const { document, ids } of byDocument.values()) await checkDocument(checking, auditor, document, ids);
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

/** Pieces that say neither whose they are nor of which ingestion anybody submitted. */
async function checkUnowned(checking: Checking, auditor: StoreAuditor, ingestionId: string): Promise<void> {
  const detail = 'pieces of no document';
  const nobodys = { document: null, namespace: null, id: ingestionId, kinds: [], detail } as const;
  const finding: Finding = { kind: 'orphan', store: auditor.store, ...nobodys };
  if (checking.repair) await auditor.remove({ ingestionId, document: undefined }, checking.signal);
  checking.note(finding, checking.repair ? 'healed' : 'found');
}
