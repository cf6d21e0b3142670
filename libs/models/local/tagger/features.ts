import type { Token } from '../tokens.js';
import { partsOfNames } from './rule-tags.js';
import { wordFacts, type WordFacts } from './word-facts.js';

/** Words of one run of capitals that are looked at to either side, at most. */
const runReach = 6;

/** A text as the tagger looks at it. */
export interface View {
  readonly words: readonly WordFacts[];
  readonly tags: readonly string[];
  readonly parts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Words that stand somewhere in the text without a capital. */
  readonly lowerCased: ReadonlySet<string>;
}

/**
 * Takes one feature of a word: what is looked at, and what was found there. The two are not joined to one string,
 * since nearly all that a long text would be turned into is thrown away at once.
 */
export type Say = (name: string, value: string) => void;

export function viewOf(tokens: readonly Token[], tags: readonly string[]): View {
  const words = wordFacts(tokens);
  const lowerCased = new Set<string>();
  for (const { word } of tokens) if (/^\p{Ll}/u.test(word)) lowerCased.add(word);
  return { words, tags, parts: partsOfNames(tokens, tags), lowerCased };
}

/**
 * Says what there is to know of a word of a text, as features that may have weights. Training and tagging both use
 * this, so that they can't drift apart; a change here needs new weights.
 */
export function sayFeatures(index: number, view: View, say: Say): void {
  const word = view.words[index];
  if (!word) return;
  say('any', '');
  sayOwn(word, view, say);
  sayNeighbours(index, view, say);
  sayLists(word, index, view, say);
  sayRules(word, index, view, say);
  if (word.capitalised) sayRun(index, view, say);
}

function sayOwn(word: WordFacts, { lowerCased }: View, say: Say): void {
  const { token, lower, capital, cluster, group, hints, shape } = word;
  say('w', lower);
  say('cap', capital);
  say('shape', shape);
  say('k', cluster);
  say('kk', group);
  for (const [name, ending] of word.endings) say(name, ending);
  if (token.first) say('first', '');
  if (lowerCased.has(lower)) say('lowered', capital);
  for (const hint of hints) say('h', hint);
}

/** Features of the words two before to two after, by distance. */
const nearby = [-2, -1, 1, 2].map((distance) => ({
  distance,
  isNext: Math.abs(distance) === 1,
  ...{ word: `w${distance}`, cluster: `k${distance}`, group: `kk${distance}`, hint: `h${distance}` },
}));

function sayNeighbours(index: number, { words }: View, say: Say): void {
  const before = words[index - 1];
  const after = words[index + 1];
  const own = words[index]?.capital ?? '-';
  const gap = words[index]?.gap ?? '';
  const next = after?.gap ?? '$';
  const caps = (before?.capital ?? '-') + own + (after?.capital ?? '-');
  say('gaps', `${gap}|${next}`);
  say('g0', gap);
  say('g1', next);
  say('caps', caps);
  say('caps5', (words[index - 2]?.capital ?? '-') + caps + (words[index + 2]?.capital ?? '-'));
  say('ck1', own + (after?.cluster ?? '?') + next);
  say('ck-1', own + (before?.cluster ?? '?') + gap);
  say('kg-1', (before?.group ?? '?') + gap);
  for (const names of nearby) {
    const word = words[index + names.distance];
    say(names.word, word?.lower ?? '#');
    say(names.cluster, word?.cluster ?? '?');
    if (names.isNext) say(names.group, word?.group ?? '?');
    for (const hint of word?.hints ?? []) say(names.hint, hint);
  }
}

function sayLists({ capital, lists }: WordFacts, index: number, { words }: View, say: Say): void {
  say('all', joined(lists));
  for (const list of lists) {
    say('l', list);
    say('lc', list + capital);
  }
  for (const list of words[index - 1]?.lists ?? []) say('l-1', list);
  for (const list of words[index + 1]?.lists ?? []) say('l1', list);
}

function joined(lists: readonly string[]): string {
  return lists.length < 2 ? (lists[0] ?? '') : lists.toSorted().join('');
}

function sayRules({ token, capital, lists }: WordFacts, index: number, { tags, parts }: View, say: Say): void {
  const own = tags[index] ?? 'o';
  const before = tags[index - 1] ?? '#';
  const after = tags[index + 1] ?? '#';
  say('r', own);
  say('r1', own + after);
  say('r-1', before + own);
  say('r3', before + own + after);
  say('rc', own + capital);
  say('rl', `${own}${token.first ? 1 : 0}${joined(lists)}`);
  const isWhole = !own.startsWith('I') && !after.startsWith('I');
  if (isWhole) for (const part of parts.get(token.word) ?? []) say('part', part + own);
}

/** What opens, ends and surrounds the run of capitals that the word stands in. */
function sayRun(index: number, { words }: View, say: Say): void {
  let to = index;
  while (to < index + runReach && continuesRun(words[to + 1])) to += 1;
  let from = index;
  while (from > index - runReach && continuesRun(words[from]) && words[from - 1]?.capitalised === true) from -= 1;
  const before = words[from - 1];
  const after = words[to + 1];
  say('run', String(Math.min(4, to - from)));
  say('end-k', words[to]?.cluster ?? '?');
  say('end-kk', words[to]?.group ?? '?');
  say('before-k', before?.cluster ?? '?');
  say('after-k', after?.cluster ?? '?');
  say('before-w', before?.lower ?? '#');
  say('after-w', after?.lower ?? '#');
  say('around', (words[from]?.gap ?? '') + (after?.gap ?? '$'));
  for (const hint of words[to]?.hints ?? []) say('end-h', hint);
  for (const list of words[from]?.lists ?? []) say('open-l', list);
}

function continuesRun(word: WordFacts | undefined): boolean {
  return word !== undefined && word.token.gap === ' ' && word.capitalised;
}
