import type { GoldName } from './corpus.js';

/** Names found, of them those with exactly the span and type of an annotated one, and names annotated. */
export interface Score {
  readonly right: number;
  readonly found: number;
  readonly annotated: number;
}

/** Scores by type, and over all under `micro`. */
export type Scores = ReadonlyMap<string, Score>;

export function scoreNames(
  texts: readonly { readonly found: readonly GoldName[]; readonly annotated: readonly GoldName[] }[],
  types: readonly string[],
): Scores {
  const scores = new Map<string, Score>();
  for (const type of [...types, 'micro']) {
    const ofType = (names: readonly GoldName[]): string[] =>
      names.filter((name) => type === 'micro' || name.type === type).map((name) => JSON.stringify(keyOf(name)));
    let score: Score = { right: 0, found: 0, annotated: 0 };
    for (const { found, annotated } of texts) {
      const gold = new Set(ofType(annotated));
      const ours = new Set(ofType(found));
      const right = [...ours].filter((key) => gold.has(key)).length;
      score = {
        right: score.right + right,
        found: score.found + ours.size,
        annotated: score.annotated + gold.size,
      };
    }
    scores.set(type, score);
  }
  return scores;
}

export function precision({ right, found }: Score): number {
  return found === 0 ? 0 : right / found;
}

export function recall({ right, annotated }: Score): number {
  return annotated === 0 ? 0 : right / annotated;
}

export function f1(score: Score): number {
  const sum = precision(score) + recall(score);
  return sum === 0 ? 0 : (2 * precision(score) * recall(score)) / sum;
}

function keyOf({ type, start, end }: GoldName): readonly unknown[] {
  return [type, start, end];
}
