import type { EntitySpan } from '../spans.js';
import type { Token } from '../tokens.js';
import { missedNames } from './complete-names.js';
import { decode } from './decode.js';
import { viewOf } from './features.js';
import { spansOfLabels, taggedTypes } from './labels.js';
import { ruleTags } from './rule-tags.js';
import { shippedWeights, type Weights } from './weights.js';

/**
 * Persons, organisations and places by a linear-chain tagger (Lafferty et al. 2001) that has learnt from annotated
 * texts how far the rules can be trusted: what they say of a word is one of its features. Other types are the rules'.
 * `ruled` are the names that rules found, `exact` amounts and dates.
 */
export function tagNames(
  text: string,
  tokens: readonly Token[],
  ruled: readonly EntitySpan[],
  exact: readonly EntitySpan[],
  weights: Weights = shippedWeights(),
): EntitySpan[] {
  const view = viewOf(tokens, ruleTags(tokens, [...ruled, ...exact]));
  const tagged = spansOfLabels(text, tokens, decode(tokens, view, weights));
  const others = ruled.filter(({ type }) => !taggedTypes.some((known) => known === type));
  return [...tagged, ...missedNames(text, tokens, tagged, ruled), ...others];
}
