import { findNames } from '../../../../libs/models/local/names.js';
import { findExact } from '../../../../libs/models/local/find-exact.js';
import { sayFeatures, viewOf, type View } from '../../../../libs/models/local/tagger/features.js';
import { labelCount, labelsOf } from '../../../../libs/models/local/tagger/labels.js';
import { ruleTags } from '../../../../libs/models/local/tagger/rule-tags.js';
import {
  featureText,
  keepWeights,
  weightScale,
  type Weights,
  type WeightsByName,
} from '../../../../libs/models/local/tagger/weights.js';
import { tokenize } from '../../../../libs/models/local/tokens.js';
import type { AnnotatedText } from '../corpus.js';
import { LinearChain, type Sequence } from './linear-chain.js';

const rounds = 40;
const options = { rate: 0.1, decay: 0.03 };
/** Names are missed more often than invented; this much less for "no name" balances the two (cross-validated). */
const outsideBias = 0.4;

/** Learns weights from annotated texts. The same texts in the same order give the same weights. */
export function learn(texts: readonly AnnotatedText[]): Weights {
  const described = texts.map(({ text, names }) => {
    const tokens = tokenize(text);
    const exact = findExact(text);
    const view = viewOf(tokens, ruleTags(tokens, [...findNames(tokens, text, exact), ...exact]));
    return { features: tokens.map((_, index) => featuresOf(index, view)), labels: labelsOf(tokens, names) };
  });
  const numbers = new Map<string, number>();
  const sequences = described.map(({ features, labels }) => ({
    features: features.map((own) => own.map((feature) => numberOf(feature, numbers))),
    labels,
  }));
  const chain = new LinearChain(numbers.size);
  const mean = meanOfSecondHalf(chain, sequences);
  const weights: WeightsByName = new Map();
  for (const [feature, number] of numbers) {
    const own = rounded(mean.weights.slice(number * labelCount, (number + 1) * labelCount));
    if (feature === 'any') own[0] = (own[0] ?? 0) - outsideBias;
    if (own.some((weight) => weight !== 0)) keepWeights(weights, feature, own);
  }
  const rows = Array.from({ length: labelCount + 1 }, (_, row) => [
    ...rounded(mean.transitions.slice(row * labelCount, (row + 1) * labelCount)),
  ]);
  return { features: weights, transitions: rows };
}

function featuresOf(index: number, view: View): string[] {
  const features: string[] = [];
  sayFeatures(index, view, (name, value) => features.push(featureText(name, value)));
  return features;
}

/** Averages over rounds keep the last texts that were seen from having the last word. */
function meanOfSecondHalf(
  chain: LinearChain,
  sequences: readonly Sequence[],
): { readonly weights: Float64Array; readonly transitions: Float64Array } {
  const random = seeded(7);
  const order = [...sequences];
  const sums = {
    weights: new Float64Array(chain.weights.length),
    transitions: new Float64Array(chain.transitions.length),
  };
  for (let round = 0; round < rounds; round += 1) {
    shuffle(order, random);
    for (const sequence of order) chain.learn(sequence, options);
    if (round < rounds / 2) continue;
    chain.weights.forEach((weight, at) => (sums.weights[at] = (sums.weights[at] ?? 0) + weight / (rounds / 2)));
    chain.transitions.forEach(
      (weight, at) => (sums.transitions[at] = (sums.transitions[at] ?? 0) + weight / (rounds / 2)),
    );
  }
  return sums;
}

function rounded(weights: Float64Array): Float64Array {
  return weights.map((weight) => Math.round(weight * weightScale) / weightScale + 0);
}

function numberOf(feature: string, numbers: Map<string, number>): number {
  const known = numbers.get(feature) ?? numbers.size;
  numbers.set(feature, known);
  return known;
}

function shuffle(items: Sequence[], random: () => number): void {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [a, b] = [items[at], items[other]];
    if (a && b) [items[at], items[other]] = [b, a];
  }
}

/** Numbers from 0 to 1 that are the same on every run (a linear congruential generator, constants of ANSI C). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
