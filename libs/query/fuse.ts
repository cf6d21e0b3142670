import { passageKey, type RankedPassage } from '#stores/reading';

/** A list of one way of looking, and how much its word counts. */
export interface RankedList {
  readonly name: string;
  readonly weight: number;
  readonly passages: readonly RankedPassage[];
}

export interface FusedPassage extends RankedPassage {
  readonly scores: Readonly<Record<string, { readonly rank: number; readonly score: number }>>;
}

/** The constant of the original paper. */
const rankOffset = 60;

/**
 * Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), weighted: scores of different stores can't be
 * compared, ranks can. Equal scores keep the order of the keys, so that pages never overlap.
 */
export function fuse(lists: readonly RankedList[]): FusedPassage[] {
  const fused = new Map<string, FusedPassage>();
  for (const { name, weight, passages } of lists) {
    passages.forEach((passage, index) => {
      const key = passageKey(passage);
      const known = fused.get(key) ?? { ...passage, score: 0, scores: {} };
      if (name in known.scores) return;
      const scores = { ...known.scores, [name]: { rank: index + 1, score: passage.score } };
      fused.set(key, { ...known, score: known.score + weight / (rankOffset + index + 1), scores });
    });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score || (passageKey(a) < passageKey(b) ? -1 : 1));
}
