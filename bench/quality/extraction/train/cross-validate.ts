import { findExact } from '../../../../libs/models/local/find-exact.js';
import { findNames } from '../../../../libs/models/local/names.js';
import { tagNames } from '../../../../libs/models/local/tagger/tag-names.js';
import type { Weights } from '../../../../libs/models/local/tagger/weights.js';
import { tokenize } from '../../../../libs/models/local/tokens.js';
import { textNumber, type AnnotatedText, type GoldName } from '../corpus.js';

const folds = 5;

/** Each text tagged with weights that were learnt from the other four fifths. */
export function crossValidate(
  texts: readonly AnnotatedText[],
  learn: (texts: readonly AnnotatedText[]) => Weights,
): { readonly found: GoldName[]; readonly annotated: readonly GoldName[] }[] {
  const foldOf = ({ text }: AnnotatedText): number => Math.floor(textNumber(text) / 100) % folds;
  return Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) => {
    const weights = learn(texts.filter((text) => foldOf(text) !== fold));
    const apart = texts.filter((text) => foldOf(text) === fold);
    return apart.map(({ text, names }) => ({ found: namesBy(weights, text), annotated: names }));
  });
}

function namesBy(weights: Weights, text: string): GoldName[] {
  const tokens = tokenize(text);
  const exact = findExact(text);
  const names = tagNames(text, tokens, findNames(tokens, text, exact), exact, weights);
  return names.filter(({ type }) => type === 'Person' || type === 'Organization' || type === 'Location');
}
