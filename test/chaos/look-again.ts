import type { Sight } from './live-views.js';

const againMax = 3;

/**
 * Looks at a store that reads what is committed, without a snapshot, as Neo4j does: a statement that meets a commit may
 * miss a document whose version is being replaced, or find both versions. Who looks again at once doesn't meet another
 * one; what several looks in a row show is what the store holds.
 * @param before documents that the store showed when it was last looked at.
 */
export async function lookAgain(look: () => Promise<Sight[]>, before: ReadonlySet<string>): Promise<Sight[]> {
  let sights = await look();
  for (let again = 0; again < againMax && isOdd(sights, before); again += 1) sights = await look();
  return sights;
}

function isOdd(sights: readonly Sight[], before: ReadonlySet<string>): boolean {
  const shown = new Set(sights.map(({ document }) => document));
  return shown.size < sights.length || [...before].some((document) => !shown.has(document));
}
