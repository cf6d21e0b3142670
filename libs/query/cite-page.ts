import { classify } from '#failure';
import { passageKey, type CitedPassage, type Passage, type PassageRef, type Scope } from '#stores/reading';

import type { LeftOut } from './answer.js';
import type { Indexes } from './ask-ways.js';
import { dateFacts } from './date-facts.js';
import type { FusedPassage } from './fuse.js';
import type { Hit } from './hit.js';
import { storesOf, type Way } from './plan-route.js';
import { snippetOf } from './snippet.js';
import { within } from './within.js';

export interface CitedPage {
  readonly hits: Hit[];
  /** What could not be said of the hits because a store is away. */
  readonly leftOut: readonly LeftOut[];
}

export interface PageScope extends Pick<Scope, 'namespace' | 'signal'> {
  /** How long each store may take. */
  readonly budgetMs: number;
  /** What the answer does without already. */
  readonly without: readonly LeftOut[];
}

/**
 * Text, place, entities and facts of each passage of a page; one that went meanwhile is left out. PostgreSQL says all
 * of it. Stores show a new version one after the other, so a passage that Qdrant ranked and PostgreSQL does not show is
 * asked for in Qdrant, as are all if PostgreSQL is away or takes longer than the budget; of these nothing is known but
 * their text. When facts ended is for the graph to say, unless the answer does `without` it anyway.
 * @throws TransientFailure if no store can say how the passages read.
 */
export async function citePage(
  page: readonly FusedPassage[],
  { documents, passages, facts }: Indexes,
  words: readonly string[],
  { without, budgetMs, ...scope }: PageScope,
): Promise<CitedPage> {
  if (page.length === 0) return { hits: [], leftOut: [] };
  const leftOut: LeftOut[] = [];
  const known = await within(documents.cited(page), budgetMs, scope.signal).catch((error: unknown) => {
    if (!page.some(isHeldByQdrant)) throw error;
    leftOut.push({ way: 'entities', stores: ['postgres'], reason: classify(error).reason });
    return new Map<string, CitedPassage>();
  });
  const missing = page.filter((ref) => isHeldByQdrant(ref) && !known.has(passageKey(ref)));
  const held = await heldByQdrant(missing).catch((error: unknown) => {
    if (known.size === 0) throw error;
    leftOut.push({ way: 'hybrid', stores: storesOf.hybrid, reason: classify(error).reason });
    return new Map<string, Passage>();
  });
  const hits = page.flatMap(({ score, scores, ...ref }): Hit[] => {
    const bare = held.get(passageKey(ref));
    const passage = known.get(passageKey(ref)) ?? (bare && { ...bare, entities: [], facts: [] });
    return passage === undefined ? [] : [{ ...passage, score, scores, snippet: snippetOf(passage.text, words) }];
  });
  if (without.some(({ stores }) => stores.includes('neo4j'))) return { hits, leftOut };
  const dated = await dateFacts(hits, facts, { ...scope, budgetMs });
  return { hits: dated.hits, leftOut: [...leftOut, ...dated.leftOut] };

  async function heldByQdrant(refs: readonly PassageRef[]): Promise<ReadonlyMap<string, Passage>> {
    return refs.length === 0 ? new Map() : within(passages.passages(refs, scope), budgetMs, scope.signal);
  }
}

function isHeldByQdrant({ scores }: FusedPassage): boolean {
  return Object.keys(scores).some((way) => storesOf[way as Way].includes('qdrant'));
}
