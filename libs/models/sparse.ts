import { stemsAsked, stemsOf } from './stemming.js';
import { hashOfTerm } from './words.js';

/** Terms of a text: unsigned 32-bit indices, ascending and distinct, with a weight each. */
export interface SparseVector {
  readonly indices: number[];
  readonly values: number[];
}

/** How texts become terms. Vectors of another version hold other terms, so they must not stand in one collection. */
export const sparseTerms = 'snowball-1';

/** BM25's usual constants; the mean length is that of a chunk of the default size, without stop words. */
const saturation = 1.2;
const lengthShare = 0.75;
const meanWords = 150;

/**
 * What a stored text weighs by its terms: the term-frequency half of BM25 (Robertson and Zaragoza, 2009). The other
 * half, inverse document frequency, is applied by the store, which knows all documents.
 */
export function sparseVector(text: string): SparseVector {
  const words = stemsOf(text);
  const norm = saturation * (1 - lengthShare + (lengthShare * words.length) / meanWords);
  return weighed(words, (count) => (count * (saturation + 1)) / (count + norm));
}

/** The terms a query asks for, each with weight 1. */
export function sparseQuery(text: string): SparseVector {
  return weighed(stemsAsked(text), () => 1);
}

/** Weights are rounded to float32, which is what is stored. */
function weighed(words: readonly string[], weight: (count: number) => number): SparseVector {
  const counts = new Map<number, number>();
  for (const word of words) {
    const index = hashOfTerm(word);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const terms = [...counts].sort(([a], [b]) => a - b);
  return { indices: terms.map(([index]) => index), values: terms.map(([, count]) => Math.fround(weight(count))) };
}
