import { englishStems } from '../stemming.js';
import { wordPattern } from '../word-pattern.js';
import { endingWords } from './ending-words.js';
import { namesOneOf } from './fact-evidence.js';
import { occurrencesOf, type Span } from './literal-span.js';
import type { ReadPassage, ReadSentence } from './read-passage.js';

/** To be raised with whatever changes what is taken from an answer, beside the tables: other checks, other answers. */
export const checksVersion = 2;

/** A fact as far as it has been found in a passage. */
export interface Claim {
  readonly relation: string;
  readonly sourceNames: readonly string[];
  readonly targetNames: readonly string[];
  /** Where its evidence stands. */
  readonly span: Span;
}

const endings: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(endingWords).map(([relation, words]) => [relation, wordPattern(String.raw`\b${words}\b`)]),
);

/**
 * Why a fact is not to be taken under its relation, which is the one word of an answer that is the model's own;
 * undefined if nothing speaks against it. `said` tells relations that other facts of the answer have been found to be
 * said of.
 *
 * Nothing does where the passage gives no orders: whoever dictates must tell the model, and that is what orders are;
 * without one a paraphrase is just that. Where an order names an end of the fact, only a sentence outside of all orders
 * that names both ends bears it out, or else what is truly said of somebody would bear out what is told of another.
 *
 * Beside any order, a relation that ends others needs such a sentence too, and a word of its table there. Otherwise
 * the fact is dropped rather than kept under a harmless word: ending a true fact of another document is the worst that
 * a text can bring about, and of what is neither said nor harmless nothing true is lost. Any other relation may be the
 * model's paraphrase, but not a word that the passage uses beside a name of the fact and not where the evidence stands,
 * as a text does that dictates; nor, where an order speaks of a name of the fact, one that the evidence does not use.
 */
export function causeAgainst(claim: Claim, passage: ReadPassage, said: () => ReadonlySet<string>): string | undefined {
  if (passage.orders.length === 0) return undefined;
  const names = [...claim.sourceNames, ...claim.targetNames];
  const orders = new Set(names.flatMap((name) => passage.ordersNaming(name)));
  const ending = endings.get(claim.relation);
  const around = passage.sentencesAt(claim.span);
  const own = ending === undefined && orders.size === 0 ? around : around.filter(namesBoth);
  if (own.length === 0) return 'fact-dictated';
  if (ending !== undefined && !own.some(({ text }) => ending.test(text) || isBelonging(claim, text))) {
    return 'fact-relation-evidence';
  }
  const words = wordsOf(claim.relation);
  const missing = words.filter((word) => !own.some(({ stems }) => stems.has(word)));
  const isIn = ({ stems }: ReadSentence): boolean => missing.some((word) => stems.has(word));
  if (ending !== undefined) return [...orders].some(isIn) ? 'fact-dictated' : undefined;
  const isUnsaid = missing.length === words.length;
  const isOrdered = passage.orders.some(isIn) || (orders.size > 0 && isUnsaid);
  if (isOrdered || (missing.length > 0 && !said().has(claim.relation) && isBesideName())) return 'fact-dictated';
  return undefined;

  function namesBoth({ text }: ReadSentence): boolean {
    return namesOneOf(claim.sourceNames, text) && namesOneOf(claim.targetNames, text);
  }

  function isBesideName(): boolean {
    return names.some((name) =>
      passage.sentencesNaming(name).some((sentence) => !around.includes(sentence) && isIn(sentence)),
    );
  }
}

/** Whether a word of the relation stands in the sentence of the evidence. */
export function isSaid({ relation, span }: Claim, passage: ReadPassage): boolean {
  const own = passage.sentencesAt(span);
  return wordsOf(relation).some((word) => own.some(({ stems }) => stems.has(word)));
}

/** What a relation says beyond `is`, `of` and the like. */
function wordsOf(relation: string): string[] {
  return [...englishStems(relation.replaceAll('_', ' ').replaceAll(/\bBEC(?:AME|OMES?)\b/g, ''))];
}

const belonging: ReadonlySet<string> = new Set(['WORKS_FOR', 'LIVES_IN', 'BASED_IN']);

/**
 * `Jane Doe of Initech`, `Jane Doe, 34, of Boston`, `Initech's Jane Doe`: no word says it, but how the names are
 * put.
 */
function isBelonging(claim: Claim, words: string): boolean {
  if (!belonging.has(claim.relation)) return false;
  const targets = claim.targetNames.flatMap((name) => occurrencesOf(name, words));
  return claim.sourceNames
    .flatMap((name) => occurrencesOf(name, words))
    .some((source) =>
      targets.some(
        (target) =>
          /^(?:,\s*\d{1,3},)?\s+(?:of|from|at)\s+(?:the\s+)?$/u.test(words.slice(source.end, target.start)) ||
          /^['’]s\s+$/u.test(words.slice(target.end, source.start)),
      ),
    );
}
