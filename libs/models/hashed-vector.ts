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

/** In plain loops: called back for each of 1,536 numbers, it was most of what a vector cost. */
function scaledToOne(sums: Float64Array): Float32Array {
  let squares = 0;
  for (const value of sums) squares += value * value;
  const scaled = new Float32Array(sums.length);
  const length = Math.sqrt(squares);
  if (length === 0) return scaled;
  for (let place = 0; place < sums.length; place += 1) scaled[place] = (sums[place] ?? 0) / length;
  return scaled;
}
