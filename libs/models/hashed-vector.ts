import { contentWords, hashOfTerm } from './words.js';

/** Word pairs say more than words but match less often. */
const bigramWeight = 0.5;

/**
 * Feature hashing with signs (Weinberger et al., 2009) of words and word pairs, square root of counts, scaled to
 * length 1. A text without words gives zeros.
 */
export function hashedVector(text: string, dimensions: number): Float32Array {
  const words = contentWords(text);
  const counts = new Map<string, number>();
  words.forEach((word, index) => {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    const next = words[index + 1];
    if (next !== undefined) counts.set(`${word} ${next}`, (counts.get(`${word} ${next}`) ?? 0) + 1);
  });
  const sums = new Float64Array(dimensions);
  for (const [term, count] of counts) {
    const place = hashOfTerm(term) % dimensions;
    const sign = hashOfTerm(`±${term}`) & 1 ? 1 : -1;
    sums[place] = (sums[place] ?? 0) + sign * Math.sqrt(count) * (term.includes(' ') ? bigramWeight : 1);
  }
  return scaledToOne(sums);
}

function scaledToOne(sums: Float64Array): Float32Array {
  const length = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(sums, (value) => (length === 0 ? 0 : value / length));
}
