import { setTimeout as pause } from 'node:timers/promises';

import type { Sight } from './live-views.js';

const looksMax = 6;
const pauseMs = 10;
type Sights = ReadonlyMap<string, readonly Sight[]>;

/**
 * Looks at a store that reads what is committed, without a snapshot, as Neo4j does: a statement that meets a commit may
 * miss a document whose version is being replaced, find both versions, or one of which some goes while it is read. Of
 * each document the first version counts that two looks in a row show alone and alike; else what the last one shows.
 * @param before documents that the store showed when it was last looked at.
 */
export async function lookAgain(look: () => Promise<Sight[]>, before: ReadonlySet<string>): Promise<Sight[]> {
  const clear = new Map<string, readonly Sight[]>();
  let last: Sights = Map.groupBy(await look(), ({ document }) => document);
  for (let looks = 1; looks < looksMax; looks += 1) {
    const next: Sights = Map.groupBy(await look(), ({ document }) => document);
    const open = [...new Set([...before, ...last.keys(), ...next.keys()])].filter((document) => !clear.has(document));
    for (const document of open) {
      const [seen, again] = [last.get(document) ?? [], next.get(document) ?? []];
      if (seen.length === 1 && isAlike(seen, again)) clear.set(document, again);
    }
    last = next;
    if (open.every((document) => clear.has(document))) break;
    await pause(pauseMs);
  }
  return [...new Map([...last, ...clear]).values()].flat();
}

function isAlike(one: readonly Sight[], other: readonly Sight[]): boolean {
  return textOf(one) === textOf(other);
}

function textOf(sights: readonly Sight[]): string {
  return JSON.stringify(sights.map(({ ingestionId, values }) => [ingestionId, values.toSorted()]));
}
