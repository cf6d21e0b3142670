import { passageKey, type RankedPassage } from '#stores/reading';

/** Shares and saturation, chosen on the part for tuning of `bench/quality/retrieval`. */
const semanticShare = 0.7;
const keywordHalf = 15;

/**
 * One list of two: cosines as they are, and BM25 scores brought to between 0 and 1 by saturation, weighed. Unlike
 * ranks, scores tell a passage that holds rare words of the question from one that is merely the best of a bad lot.
 * A passage that only words found is taken to mean as little as the last that meaning found. Equal scores keep the
 * order of the keys.
 */
export function fuseByScore(semantic: readonly RankedPassage[], keyword: readonly RankedPassage[]): RankedPassage[] {
  const least = Math.max(0, semantic.at(-1)?.score ?? 0);
  const fused = new Map<string, RankedPassage>();
  for (const passage of semantic) {
    fused.set(passageKey(passage), { ...passage, score: semanticShare * Math.max(0, passage.score) });
  }
  for (const passage of keyword) {
    const key = passageKey(passage);
    const known = fused.get(key)?.score ?? semanticShare * least;
    const weighed = ((1 - semanticShare) * passage.score) / (passage.score + keywordHalf);
    fused.set(key, { ...passage, score: known + weighed });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score || (passageKey(a) < passageKey(b) ? -1 : 1));
}
