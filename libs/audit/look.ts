import { documentKey } from '#events';
import type { DocumentQuestion, StoreAuditor } from '#stores/auditor';

import type { LedgerDocument, SeenDocument } from './finding.js';
import type { LedgerSource } from './ledger-source.js';

const unknown: LedgerDocument = { inMotion: false, live: undefined, ingestions: new Map() };

/**
 * One look at documents. The ledger is read before and after the stores: an ingestion is concluded only when all four
 * stores have said that they are done with it, so if nothing is open and both readings are the same, the stores were
 * read at rest, as far as these documents go, and may be compared.
 */
export async function look(
  ledger: LedgerSource,
  auditors: readonly StoreAuditor[],
  questions: readonly DocumentQuestion[],
  signal: AbortSignal,
): Promise<SeenDocument[]> {
  const before = await ledger.signs(questions);
  const held = await Promise.all(auditors.map((auditor) => auditor.inspect(questions, signal)));
  const asked = questions.map(({ ingestionIds, ...document }, index) => {
    const found = held.flatMap((documents) => documents[index]?.holdings ?? []).map(({ ingestionId }) => ingestionId);
    return { ...document, ingestionIds: [...new Set([...ingestionIds, ...found])] };
  });
  const said = await ledger.read(asked, before);
  return questions.map(({ namespace, documentId }, index) => ({
    document: { namespace, documentId },
    ledger: said.get(documentKey({ namespace, documentId })) ?? unknown,
    stores: auditors.flatMap(({ store, keeps }, at) => {
      const own = held[at]?.[index];
      return own === undefined ? [] : [{ store, keeps, held: own }];
    }),
  }));
}
