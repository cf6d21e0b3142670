import type { Token } from '../tokens.js';
import { sayFeatures, type View } from './features.js';
import { isCut, isInside, labelCount, mayFollow } from './labels.js';
import type { Weights } from './weights.js';

/**
 * The likeliest labels of a text as a whole (Viterbi over a linear chain). Each word has dozens of features: what is
 * made for one of them and thrown away again adds up to gigabytes for a long text.
 */
export function decode(tokens: readonly Token[], view: View, weights: Weights): number[] {
  const cameFrom = new Uint8Array(tokens.length * labelCount);
  const scores = new Float64Array(labelCount);
  const add = (name: string, value: string): void => {
    const own = weights.features.get(name)?.get(value);
    if (own === undefined) return;
    for (let label = 0; label < labelCount; label += 1) scores[label] = (scores[label] ?? 0) + (own[label] ?? 0);
  };
  let best = new Float64Array(labelCount);
  let here = new Float64Array(labelCount);
  tokens.forEach((token, index) => {
    scores.fill(0);
    sayFeatures(index, view, add);
    if (index === 0) begin(here, weights.transitions);
    else stepOn(best, weights.transitions, here, cameFrom.subarray(index * labelCount));
    const cut = isCut(token);
    for (let label = 0; label < labelCount; label += 1) {
      here[label] = cut && isInside(label) ? -Infinity : (here[label] ?? 0) + (scores[label] ?? 0);
    }
    [best, here] = [here, best];
  });
  return traceBack(best, cameFrom);
}

function begin(here: Float64Array, transitions: Weights['transitions']): void {
  for (let label = 0; label < labelCount; label += 1) {
    here[label] = mayFollow(undefined, label) ? (transitions[labelCount]?.[label] ?? 0) : -Infinity;
  }
}

/** For each label the best sum so far, and what came before; of equals the first, so that a text has one answer. */
function stepOn(best: Float64Array, transitions: Weights['transitions'], here: Float64Array, from: Uint8Array): void {
  for (let label = 0; label < labelCount; label += 1) {
    let before = 0;
    let sum = -Infinity;
    for (let candidate = 0; candidate < labelCount; candidate += 1) {
      if (!mayFollow(candidate, label)) continue;
      const total = (best[candidate] ?? 0) + (transitions[candidate]?.[label] ?? 0);
      if (total <= sum) continue;
      before = candidate;
      sum = total;
    }
    here[label] = sum;
    from[label] = before;
  }
}

function traceBack(best: Float64Array, cameFrom: Uint8Array): number[] {
  let label = best.reduce((top, score, candidate) => (score > (best[top] ?? -Infinity) ? candidate : top), 0);
  const labels: number[] = [];
  for (let at = cameFrom.length - labelCount; at >= 0; at -= labelCount) {
    labels.push(label);
    label = cameFrom[at + label] ?? 0;
  }
  return labels.reverse();
}
