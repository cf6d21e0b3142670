import type { Sight } from './live-views.js';

const againMax = 3;

/**
 * Looks at a store that reads what is committed, without a snapshot, as Neo4j does: a statement that meets a commit may
 * miss a document whose version is being replaced, or find both versions. Who looks again at once doesn't meet another
 * one; what several looks in a row show is what the store holds.
 * @param before documents that the store showed when it was last looked at.
 */
export async function lookAgain(look: () => Promise<Sight[]>, before: ReadonlySet<string>): Promise<Sight[]> {
  const first = Map.groupBy(await look(), ({ document }) => document);
  const isOdd = (document: string): boolean => first.get(document)?.length !== 1;
  for (let again = 0; again < againMax; again += 1) {
    // Each document for itself: one that is gone for good must not make the last look count for all.
    const odd = [...new Set([...before, ...first.keys()])].filter(isOdd);
    if (odd.length === 0) break;
    const second = Map.groupBy(await look(), ({ document }) => document);
    for (const document of odd) first.set(document, second.get(document) ?? []);
  }
  return [...first.values()].flat();
}
