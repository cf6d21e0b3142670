import { ordersIn, withoutOrders } from '../find-orders.js';
import { revealed } from '../revealed.js';
import { sentencesIn } from '../sentence-span.js';
import { englishStems } from '../stemming.js';
import { wordPattern } from '../word-pattern.js';
import { endingWords } from './ending-words.js';
import { namesOneOf } from './fact-evidence.js';
import { occurrencesOf, type Span } from './literal-span.js';

/** To be raised with whatever changes what is taken from an answer, beside the tables: other checks, other answers. */
export const checksVersion = 1;

interface ReadSentence extends Span {
  readonly stems: ReadonlySet<string>;
}

/** A passage as facts are held against it. */
export interface ReadPassage {
  readonly text: string;
  /** The text, and what hides in it. */
  readonly revealed: string;
  /** The text without what tells its reader what to write, all else in its place. */
  readonly plain: string;
  readonly sentences: readonly ReadSentence[];
  readonly orders: readonly (ReadSentence & { readonly text: string })[];
}

/** A fact as far as it has been found in a passage. */
export interface Claim {
  readonly relation: string;
  readonly sourceNames: readonly string[];
  readonly targetNames: readonly string[];
  /** Where its evidence stands. */
  readonly span: Span;
}

export function readPassage(text: string): ReadPassage {
  const spans = ordersIn(text);
  const plain = withoutOrders(text, spans);
  const stemmed = (span: Span, of: string): ReadSentence => ({
    ...{ ...span, stems: englishStems(of.slice(span.start, span.end)) },
  });
  return {
    ...{ text, plain, revealed: `${text}\n${revealed(text)}` },
    sentences: sentencesIn(plain).map((span) => stemmed(span, plain)),
    orders: spans.map((span) => ({ ...stemmed(span, text), text: text.slice(span.start, span.end) })),
  };
}

const endings: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(endingWords).map(([relation, words]) => [relation, wordPattern(String.raw`\b${words}\b`)]),
);

/**
 * Why a fact is not to be taken under its relation, which is the one word of an answer that is the model's own;
 * undefined if nothing speaks against it. `said` are relations that other facts of the answer have been found to be
 * said of.
 *
 * A relation that ends others has to be said by a word of its table. Otherwise the fact is dropped rather than kept
 * under a harmless word: ending a true fact of another document is the worst that a text can bring about, and of
 * what is neither said nor harmless nothing true is lost. Any other relation may be the model's paraphrase, but not
 * a word that the passage uses beside a name of the fact and not where the evidence stands, as a text does that
 * dictates; nor, where an order speaks of a name of the fact, one that the evidence does not use.
 */
export function causeAgainst(claim: Claim, passage: ReadPassage, said: ReadonlySet<string>): string | undefined {
  const names = [...claim.sourceNames, ...claim.targetNames];
  const ending = endings.get(claim.relation);
  if (ending !== undefined && !ending.test(sentencesOf(claim, passage)) && !isBelonging(claim, passage)) {
    return 'fact-relation-evidence';
  }
  const own = stemsAround(claim.span, passage);
  const missing = wordsOf(claim.relation).filter((word) => !own.has(word));
  const orders = passage.orders.filter(({ text }) => namesOneOf(names, text));
  const isIn = ({ stems }: { readonly stems: ReadonlySet<string> }): boolean => missing.some((word) => stems.has(word));
  if (ending !== undefined) return orders.some(isIn) ? 'fact-dictated' : undefined;
  const isOrdered = passage.orders.some(isIn) || (orders.length > 0 && !isSaid(claim, passage));
  if (isOrdered || (!said.has(claim.relation) && isBesideName())) return 'fact-dictated';
  return undefined;

  function isBesideName(): boolean {
    const elsewhere = passage.sentences.filter((sentence) => !overlaps(sentence, claim.span) && isIn(sentence));
    return elsewhere.some(({ start, end }) => namesOneOf(names, passage.plain.slice(start, end)));
  }
}

/** Whether a word of the relation stands in the sentence of the evidence. */
export function isSaid({ relation, span }: Claim, passage: ReadPassage): boolean {
  const own = stemsAround(span, passage);
  return wordsOf(relation).some((word) => own.has(word));
}

/** What a relation says beyond `is`, `of` and the like. */
function wordsOf(relation: string): string[] {
  return [...englishStems(relation.replaceAll('_', ' ').replaceAll(/\bBEC(?:AME|OMES?)\b/g, ''))];
}

function stemsAround(span: Span, { sentences }: ReadPassage): Set<string> {
  return new Set(sentences.filter((sentence) => overlaps(sentence, span)).flatMap(({ stems }) => [...stems]));
}

function sentencesOf({ span }: Claim, { plain, sentences }: ReadPassage): string {
  const own = sentences.filter((sentence) => overlaps(sentence, span));
  return plain.slice(own[0]?.start ?? span.start, own.at(-1)?.end ?? span.end);
}

function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

const belonging: ReadonlySet<string> = new Set(['WORKS_FOR', 'LIVES_IN', 'BASED_IN']);

/**
 * `Jane Doe of Initech`, `Jane Doe, 34, of Boston`, `Initech's Jane Doe`: no word says it, but how the names are
 * put.
 */
function isBelonging(claim: Claim, passage: ReadPassage): boolean {
  if (!belonging.has(claim.relation)) return false;
  const words = sentencesOf(claim, passage);
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
