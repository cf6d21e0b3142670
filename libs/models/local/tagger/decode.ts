import { isCut, isInside, labelCount, mayFollow } from './labels.js';
import type { Token } from '../tokens.js';
import type { Weights } from './weights.js';

/** The likeliest labels of a text as a whole (Viterbi over a linear chain). */
export function decode(
  tokens: readonly Token[],
  features: readonly (readonly string[])[],
  { features: weightOf, transitions }: Weights,
): number[] {
  let best: readonly number[] = [];
  const cameFrom: number[][] = [];
  tokens.forEach((token, index) => {
    const scores = scoresOf(features[index] ?? [], weightOf);
    const cut = isCut(token);
    const here: number[] = [];
    const from: number[] = [];
    for (let label = 0; label < labelCount; label += 1) {
      const [before, sum] = bestBefore(label, index === 0 ? undefined : best, transitions);
      here.push(cut && isInside(label) ? -Infinity : sum + (scores[label] ?? 0));
      from.push(before);
    }
    best = here;
    cameFrom.push(from);
  });
  return traceBack(best, cameFrom);
}

function scoresOf(features: readonly string[], weightOf: Weights['features']): Float64Array {
  const scores = new Float64Array(labelCount);
  for (const feature of features) {
    const weights = weightOf.get(feature);
    if (weights === undefined) continue;
    for (let label = 0; label < labelCount; label += 1) scores[label] = (scores[label] ?? 0) + (weights[label] ?? 0);
  }
  return scores;
}

/** The label that best comes before, and the sum so far; of equals the first, so that a text has one answer. */
function bestBefore(
  label: number,
  best: readonly number[] | undefined,
  transitions: Weights['transitions'],
): readonly [number, number] {
  if (best === undefined) {
    return [0, mayFollow(undefined, label) ? (transitions[labelCount]?.[label] ?? 0) : -Infinity];
  }
  let before = 0;
  let sum = -Infinity;
  best.forEach((score, candidate) => {
    if (!mayFollow(candidate, label)) return;
    const total = score + (transitions[candidate]?.[label] ?? 0);
    if (total > sum) [before, sum] = [candidate, total];
  });
  return [before, sum];
}

function traceBack(best: readonly number[], cameFrom: readonly (readonly number[])[]): number[] {
  let label = best.reduce((top, score, candidate) => (score > (best[top] ?? -Infinity) ? candidate : top), 0);
  const labels: number[] = [];
  for (let index = cameFrom.length - 1; index >= 0; index -= 1) {
    labels.push(label);
    label = cameFrom[index]?.[label] ?? 0;
  }
  return labels.reverse();
}
