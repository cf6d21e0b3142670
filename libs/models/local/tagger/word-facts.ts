import type { Token } from '../tokens.js';
import { formOf, isCapitalised, type WordForm } from './word-form.js';
import { phraseWordsMax, wordEntry } from './word-list.js';

/** What can be said of a word without its neighbours, apart from lists of phrases. */
export interface WordFacts extends WordForm {
  readonly token: Token;
  /** How it is capitalised, in one letter. */
  readonly capital: string;
  /** What stands before it, shortened. */
  readonly gap: string;
  /** Lists that have the word or a phrase it stands in. */
  readonly lists: readonly string[];
}

/** Facts of each word of a text. */
export function wordFacts(tokens: readonly Token[]): WordFacts[] {
  const forms = tokens.map(({ word }) => formOf(word));
  const lists = listsOf(tokens, forms);
  return tokens.map((token, index) => {
    const form = forms[index] ?? formOf('');
    const found = lists.get(index);
    return { ...form, token, capital: capitalOf(token), gap: gapOf(token), lists: found ? [...found] : none };
  });
}

const none: readonly string[] = [];

function capitalOf({ word, first }: Token): string {
  if (word === '') return '-';
  if (/^\p{Lu}(?:\.|$)/u.test(word) && word.length <= 2) return 'I';
  if (/^[\p{Lu}\p{N}.&-]+$/u.test(word) && /\p{Lu}/u.test(word)) return 'A';
  if (isCapitalised(word)) return first ? 'F' : 'C';
  if (/^\p{N}/u.test(word)) return '9';
  return /\p{Lu}/u.test(word) ? 'm' : 'l';
}

function gapOf({ gap }: Token): string {
  if (gap === ' ') return '_';
  if (gap === '') return 'e';
  if (gap.includes('\n')) return 'n';
  return gap.slice(0, 12).replaceAll(/[’']s/g, 'S').replaceAll(/\s+/g, ' ').slice(0, 3);
}

/** For words the lists that have it, or have a phrase that it opens (`b`) or continues (`i`). */
function listsOf(tokens: readonly Token[], forms: readonly WordForm[]): Map<number, Set<string>> {
  const lists = new Map<number, Set<string>>();
  const add = (at: number, list: string): void => {
    const known = lists.get(at);
    if (known) known.add(list);
    else lists.set(at, new Set([list]));
  };
  tokens.forEach(({ word }, from) => {
    if (!/^[\p{Lu}\p{N}]/u.test(word)) return;
    let to = from + 1;
    while (to < tokens.length && to - from < phraseWordsMax && isJoined(tokens[to])) to += 1;
    for (; to > from; to -= 1) {
      const phrase = forms.slice(from, to).map(({ lower }) => lower);
      for (const list of (wordEntry(phrase.join(' '))?.lists ?? '').replace('w', '')) {
        for (let at = from; at < to; at += 1) add(at, to - from === 1 ? list : list + (at === from ? 'b' : 'i'));
      }
    }
  });
  return lists;
}

function isJoined(token: Token | undefined): boolean {
  return token !== undefined && /^\.? ?[-&]? ?$/.test(token.gap);
}
