import type { Token } from '../tokens.js';
import { partsOfNames } from './rule-tags.js';
import { isCapitalised, wordFacts, type WordFacts } from './word-facts.js';

/** Words of one run of capitals that are looked at to either side, at most. */
const runReach = 6;

/** A text as the tagger looks at it. */
interface View {
  readonly words: readonly WordFacts[];
  readonly tags: readonly string[];
  readonly parts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Words that stand somewhere in the text without a capital. */
  readonly lowerCased: ReadonlySet<string>;
}

/**
 * What there is to know of each word of a text, as names of features that have weights. Training and tagging both use
 * this, so that they can't drift apart; a change here needs new weights.
 */
export function featuresOf(tokens: readonly Token[], tags: readonly string[]): string[][] {
  const words = wordFacts(tokens);
  const lowerCased = new Set(tokens.filter(({ word }) => /^\p{Ll}/u.test(word)).map(({ word }) => word));
  const view = { words, tags, parts: partsOfNames(tokens, tags), lowerCased };
  return words.map((word, index) => [
    'any',
    ...ownFeatures(word, view),
    ...neighbourFeatures(index, view),
    ...listFeatures(word, index, view),
    ...ruleFeatures(word, index, view),
    ...(isCapitalised(word.token.word) ? runFeatures(index, view) : []),
  ]);
}

function ownFeatures({ token, lower, capital, cluster, group, hints }: WordFacts, { lowerCased }: View): string[] {
  const own = [`w=${lower}`, `cap=${capital}`, `shape=${shapeOf(token.word)}`, `k=${cluster}`, `kk=${group}`];
  for (const length of [2, 3, 4]) if (lower.length > length) own.push(`s${length}=${lower.slice(-length)}`);
  if (lower.length > 3) own.push(`p3=${lower.slice(0, 3)}`);
  if (token.first) own.push('first');
  if (lowerCased.has(lower)) own.push(`lowered=${capital}`);
  for (const hint of hints) own.push(`h=${hint}`);
  return own;
}

function shapeOf(word: string): string {
  const letters = word
    .replaceAll(/\p{Lu}/gu, 'X')
    .replaceAll(/\p{Ll}/gu, 'x')
    .replaceAll(/\p{N}/gu, '9');
  return letters.replaceAll(/(.)\1{2,}/g, '$1$1$1').slice(0, 12);
}

function neighbourFeatures(index: number, { words }: View): string[] {
  const at = (distance: number): WordFacts | undefined => words[index + distance];
  const capital = (distance: number): string => at(distance)?.capital ?? '-';
  const own = capital(0);
  const gap = at(0)?.gap ?? '';
  const next = at(1)?.gap ?? '$';
  const found = [
    `gaps=${gap}|${next}`,
    `g0=${gap}`,
    `g1=${next}`,
    `caps=${capital(-1)}${own}${capital(1)}`,
    `caps5=${capital(-2)}${capital(-1)}${own}${capital(1)}${capital(2)}`,
    `ck1=${own}${at(1)?.cluster ?? '?'}${next}`,
    `ck-1=${own}${at(-1)?.cluster ?? '?'}${gap}`,
    `kg-1=${at(-1)?.group ?? '?'}${gap}`,
  ];
  for (const distance of [-2, -1, 1, 2]) {
    const word = at(distance);
    found.push(`w${distance}=${word?.lower ?? '#'}`, `k${distance}=${word?.cluster ?? '?'}`);
    if (Math.abs(distance) === 1) found.push(`kk${distance}=${word?.group ?? '?'}`);
    for (const hint of word?.hints ?? []) found.push(`h${distance}=${hint}`);
  }
  return found;
}

function listFeatures({ capital, lists }: WordFacts, index: number, { words }: View): string[] {
  const found = [`all=${joined(lists)}`];
  for (const list of lists) found.push(`l=${list}`, `lc=${list}${capital}`);
  for (const distance of [-1, 1]) {
    for (const list of words[index + distance]?.lists ?? []) found.push(`l${distance}=${list}`);
  }
  return found;
}

function joined(lists: readonly string[]): string {
  return lists.toSorted().join('');
}

function ruleFeatures({ token, capital, lists }: WordFacts, index: number, { tags, parts }: View): string[] {
  const own = tags[index] ?? 'o';
  const before = tags[index - 1] ?? '#';
  const after = tags[index + 1] ?? '#';
  const found = [`r=${own}`, `r1=${own}${after}`, `r-1=${before}${own}`, `r3=${before}${own}${after}`];
  found.push(`rc=${own}${capital}`, `rl=${own}${token.first ? 1 : 0}${joined(lists)}`);
  const isWhole = !own.startsWith('I') && !after.startsWith('I');
  if (isWhole) for (const part of parts.get(token.word) ?? []) found.push(`part=${part}${own}`);
  return found;
}

/** What opens, ends and surrounds the run of capitals that the word stands in. */
function runFeatures(index: number, { words }: View): string[] {
  let to = index;
  while (to < index + runReach && continuesRun(words[to + 1])) to += 1;
  let from = index;
  while (from > index - runReach && continuesRun(words[from]) && isCapitalised(words[from - 1]?.token.word ?? '')) {
    from -= 1;
  }
  const before = words[from - 1];
  const after = words[to + 1];
  const found = [
    `run=${Math.min(4, to - from)}`,
    `end-k=${words[to]?.cluster ?? '?'}`,
    `end-kk=${words[to]?.group ?? '?'}`,
    `before-k=${before?.cluster ?? '?'}`,
    `after-k=${after?.cluster ?? '?'}`,
    `before-w=${before?.lower ?? '#'}`,
    `after-w=${after?.lower ?? '#'}`,
    `around=${words[from]?.gap ?? ''}${after?.gap ?? '$'}`,
  ];
  for (const hint of words[to]?.hints ?? []) found.push(`end-h=${hint}`);
  for (const list of words[from]?.lists ?? []) found.push(`open-l=${list}`);
  return found;
}

function continuesRun(word: WordFacts | undefined): boolean {
  return word !== undefined && word.token.gap === ' ' && isCapitalised(word.token.word);
}
