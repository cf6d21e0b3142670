import type { CountTokens } from '#tokens';

import type { Block } from './formats/document-text.js';
import { lines, sentences, slices, words, wordSegments, type Span } from './segments.js';

/** The smallest thing the chunker moves as a whole: a sentence, a line of code, or what had to be cut from one. */
export interface Unit extends Span {
  readonly tokens: number;
  /** Only whole sentences are repeated in the next chunk. */
  readonly repeatable: boolean;
  /** Where the block starts that is to stay whole with all its units. */
  readonly wholeFrom?: number;
  readonly origin?: UnitOrigin;
}

/** Where in the source a unit came from. */
export interface UnitOrigin {
  readonly page?: number;
  readonly sheet?: string;
  readonly row?: number;
}

/** No token is longer than this many characters, so what is longer than the budget times this needn't be counted. */
const tokenCharsMax = 128;

/** A word can cost more without the space before it, and whatever comes first in a chunk loses that space. */
function tokensWithin(text: string, { start, end }: Span, budget: number, countTokens: CountTokens): number {
  if (end - start > budget * tokenCharsMax) return Infinity;
  const whole = text.slice(start, end);
  const bare = whole.trimStart();
  return bare === whole ? countTokens(whole) : Math.max(countTokens(whole), countTokens(bare));
}

/** Pieces of something over the budget, packed as full as they fit. */
function* packed(pieces: Iterable<Unit>, budget: number): Generator<Unit> {
  let current: Unit | undefined;
  for (const piece of pieces) {
    if (current !== undefined && current.tokens + piece.tokens <= budget) {
      current = { start: current.start, end: piece.end, tokens: current.tokens + piece.tokens, repeatable: false };
      continue;
    }
    if (current !== undefined) yield current;
    current = piece;
  }
  if (current !== undefined) yield current;
}

/** Words of a sentence over the budget; a word is cut only if it alone is over the budget. */
function* wordPieces(text: string, span: Span, budget: number, countTokens: CountTokens): Generator<Unit> {
  for (const word of words(text, span)) {
    const tokens = tokensWithin(text, word, budget, countTokens);
    if (tokens <= budget) yield { ...word, tokens, repeatable: false };
    else yield* packed(signPieces(text, word, budget, countTokens), budget);
  }
}

/** Pieces of a word over the budget: cut at the signs in it, and at letters only where there are none. */
function* signPieces(text: string, word: Span, budget: number, countTokens: CountTokens): Generator<Unit> {
  for (const piece of wordSegments(text, word)) {
    const tokens = tokensWithin(text, piece, budget, countTokens);
    if (tokens <= budget) {
      yield { ...piece, tokens, repeatable: false };
      continue;
    }
    // A letter can cost several tokens, so the slices are far shorter than the budget.
    for (const slice of slices(text, piece, budget >> 2)) {
      yield { ...slice, tokens: countTokens(text.slice(slice.start, slice.end)), repeatable: false };
    }
  }
}

/**
 * Cuts a block into units of at most `budget` tokens, lazily, so that a block of any size costs no memory.
 * Text is cut at sentences, tables and code at lines; only what is still too long is cut at words.
 */
export function* unitsOf(text: string, block: Block, budget: number, countTokens: CountTokens): Generator<Unit> {
  const byLine = block.kind === 'code' || block.kind === 'table';
  let line = 0;
  for (const span of byLine || block.origin?.rows !== undefined ? lines(text, block) : sentences(text, block)) {
    const tokens = tokensWithin(text, span, budget, countTokens);
    const origin = originOf(block, line);
    line += 1;
    if (tokens <= budget) yield { ...span, tokens, repeatable: !byLine && block.kind !== 'heading', ...origin };
    else for (const unit of packed(wordPieces(text, span, budget, countTokens), budget)) yield { ...unit, ...origin };
  }
}

function originOf({ origin }: Block, line: number): { origin?: UnitOrigin } {
  if (origin === undefined) return {};
  const { rows, ...where } = origin;
  const row = rows?.[line];
  return { origin: row === undefined ? where : { ...where, row } };
}

/** The first units of a block, up to one chunk's worth: enough to say whether the block fits one chunk as a whole. */
export function firstUnits(units: Iterator<Unit>, budget: number): { head: Unit[]; tokens: number } {
  const head: Unit[] = [];
  let tokens = 0;
  while (tokens <= budget) {
    const next = units.next();
    if (next.done === true) break;
    head.push(next.value);
    tokens += next.value.tokens;
  }
  return { head, tokens };
}
