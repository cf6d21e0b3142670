import { readFileSync } from 'node:fs';

import { labelCount } from './labels.js';

/** Weights as training wrote them. */
export interface Weights {
  /** One number a label, for each value of each feature that says something, by name and then by value. */
  readonly features: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>;
  /** `transitions[before][label]`; the last row is for the beginning of a text. */
  readonly transitions: readonly (readonly number[])[];
}

export type WeightsByName = Map<string, Map<string, Float64Array>>;

/** Weights are written as whole numbers of this many to one. */
export const weightScale = 100;

let loaded: Weights | undefined;

/** The weights beside this file, read at first use. */
export function shippedWeights(): Weights {
  loaded ??= parseWeights(readFileSync(new URL('./weights.txt', import.meta.url), 'utf8'));
  return loaded;
}

/** How a feature is written: a value follows its name and `=`; what is there or not is a name alone. */
export function featureText(name: string, value: string): string {
  return name === 'any' || name === 'first' ? name : `${name}=${value}`;
}

/** Keeps the weights of a feature, given as it is written. */
export function keepWeights(features: WeightsByName, feature: string, weights: Float64Array): void {
  const equals = feature.indexOf('=');
  const [name, value] = equals < 0 ? [feature, ''] : [feature.slice(0, equals), feature.slice(equals + 1)];
  const values = features.get(name) ?? new Map<string, Float64Array>();
  features.set(name, values.set(value, weights));
}

/** A line is a feature, a tab and its numbers; features `>0` to `>7` are the rows of transitions. */
function parseWeights(text: string): Weights {
  const features: WeightsByName = new Map();
  for (const line of text.split('\n')) {
    const tab = line.lastIndexOf('\t');
    if (tab <= 0) continue;
    const numbers = line.slice(tab + 1).split(' ');
    keepWeights(
      features,
      line.slice(0, tab),
      Float64Array.from(numbers, (number) => Number(number) / weightScale),
    );
  }
  const rows = Array.from({ length: labelCount + 1 }, (_, row) => [...(features.get(`>${row}`)?.get('') ?? [])]);
  return { features, transitions: rows };
}
