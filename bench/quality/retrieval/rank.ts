import { sparseQuery, sparseVector, type SparseVector } from '#models';
import { fuseByScore } from '#stores/qdrant';

import type { Text } from './sets.js';

type Ranked = Parameters<typeof fuseByScore>[0][number];

/** How many passages each list of a fused one holds, as in a search for ten. */
const depth = 30;

/** Passages as Qdrant holds them: the product's own vectors, and inverse document frequencies of all passages. */
export class Index {
  private readonly sparse: readonly ReadonlyMap<number, number>[];
  private readonly holding = new Map<number, number>();

  constructor(
    private readonly passages: readonly Text[],
    private readonly dense: readonly Float32Array[],
  ) {
    this.sparse = passages.map(({ text }) => mapOf(sparseVector(text)));
    for (const terms of this.sparse) {
      for (const term of terms.keys()) this.holding.set(term, (this.holding.get(term) ?? 0) + 1);
    }
  }

  byWords(question: string): Ranked[] {
    return this.byTerms(sparseQuery(question).indices);
  }

  byTerms(indices: readonly number[]): Ranked[] {
    const scored = this.sparse.map((terms) =>
      indices.reduce((sum, term) => sum + (terms.get(term) ?? 0) * this.rarity(term), 0),
    );
    return this.ranked(scored).filter(({ score }) => score > 0);
  }

  byMeaning(vector: Float32Array): Ranked[] {
    return this.ranked(this.dense.map((one) => one.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0)));
  }

  byBoth(indices: readonly number[], vector: Float32Array): Ranked[] {
    return fuseByScore(this.byMeaning(vector).slice(0, depth), this.byTerms(indices).slice(0, depth));
  }

  /** By Qdrant's formula. */
  private rarity(term: number): number {
    const holding = this.holding.get(term) ?? 0;
    return Math.log((this.passages.length - holding + 0.5) / (holding + 0.5) + 1);
  }

  private ranked(scores: readonly number[]): Ranked[] {
    const all = this.passages.map(({ id }, at) => ({ ingestionId: id, seq: 0, score: scores[at] ?? 0 }));
    return all.sort((a, b) => b.score - a.score || (a.ingestionId < b.ingestionId ? -1 : 1));
  }
}

function mapOf({ indices, values }: SparseVector): Map<number, number> {
  return new Map(indices.map((term, at) => [term, values[at] ?? 0]));
}

/** Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen, 2002). */
export function ndcgOfTen(ranked: readonly Ranked[], relevant: ReadonlySet<string>): number {
  const gain = (rank: number): number => 1 / Math.log2(rank + 2);
  const found = ranked
    .slice(0, 10)
    .reduce((sum, { ingestionId }, rank) => sum + (relevant.has(ingestionId) ? gain(rank) : 0), 0);
  const best = Array.from({ length: Math.min(10, relevant.size) }, (_, rank) => gain(rank));
  return found / best.reduce((sum, one) => sum + one, 0);
}
