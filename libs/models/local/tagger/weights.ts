import { readFileSync } from 'node:fs';

import { labelCount } from './labels.js';

/** Weights as training wrote them. */
export interface Weights {
  /** One number a label, for each feature that says something. */
  readonly features: ReadonlyMap<string, Float64Array>;
  /** `transitions[before][label]`; the last row is for the beginning of a text. */
  readonly transitions: readonly (readonly number[])[];
}

/** Weights are written as whole numbers of this many to one. */
export const weightScale = 100;

let loaded: Weights | undefined;

/** The weights beside this file, read at first use. */
export function shippedWeights(): Weights {
  loaded ??= parseWeights(readFileSync(new URL('./weights.txt', import.meta.url), 'utf8'));
  return loaded;
}

/** A line is a feature, a tab and its numbers; features `>0` to `>7` are the rows of transitions. */
function parseWeights(text: string): Weights {
  const features = new Map<string, Float64Array>();
  for (const line of text.split('\n')) {
    const tab = line.lastIndexOf('\t');
    if (tab <= 0) continue;
    const numbers = line.slice(tab + 1).split(' ');
    features.set(
      line.slice(0, tab),
      Float64Array.from(numbers, (number) => Number(number) / weightScale),
    );
  }
  const rows = Array.from({ length: labelCount + 1 }, (_, row) => [...(features.get(`>${row}`) ?? [])]);
  return { features, transitions: rows };
}
