import { isOrganizationHead, isPlaceHead, lexiconTags } from '../lexicon.js';
import { personTitles, roleWords } from '../name-words.js';
import type { Token } from '../tokens.js';
import { phraseWordsMax, wordEntry } from './word-list.js';

/** What can be said of a word without its neighbours, apart from lists of phrases. */
export interface WordFacts {
  readonly token: Token;
  readonly lower: string;
  /** How it is capitalised, in one letter. */
  readonly capital: string;
  /** What stands before it, shortened. */
  readonly gap: string;
  readonly cluster: string;
  readonly group: string;
  /** Lists that have the word or a phrase it stands in. */
  readonly lists: readonly string[];
  /** Its roles in names: title, head of an organisation's name, nationality, ... */
  readonly hints: readonly string[];
}

/** Facts of each word of a text. */
export function wordFacts(tokens: readonly Token[]): WordFacts[] {
  const lowers = tokens.map(({ word }) => word.toLowerCase().replace(/\.$/, ''));
  const lists = listsOf(tokens, lowers);
  return tokens.map((token, index) => {
    const lower = lowers[index] ?? '';
    const entry = wordEntry(lower);
    return {
      token,
      lower,
      capital: capitalOf(token),
      gap: gapOf(token),
      cluster: entry?.cluster || '?',
      group: entry?.group || '?',
      lists: [...(lists[index] ?? [])],
      hints: hintsOf(token.word, lower),
    };
  });
}

export function isCapitalised(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}

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

/** For each word the lists that have it, or have a phrase that it opens (`b`) or continues (`i`). */
function listsOf(tokens: readonly Token[], lowers: readonly string[]): Set<string>[] {
  const lists = tokens.map(() => new Set<string>());
  tokens.forEach(({ word }, from) => {
    if (!/^[\p{Lu}\p{N}]/u.test(word)) return;
    let to = from + 1;
    while (to < tokens.length && to - from < phraseWordsMax && isJoined(tokens[to])) to += 1;
    for (; to > from; to -= 1) {
      const found = wordEntry(lowers.slice(from, to).join(' '))?.lists ?? '';
      for (const list of found.replace('w', '')) {
        for (let at = from; at < to; at += 1) {
          lists[at]?.add(to - from === 1 ? list : list + (at === from ? 'b' : 'i'));
        }
      }
    }
  });
  return lists;
}

function isJoined(token: Token | undefined): boolean {
  return token !== undefined && /^\.? ?[-&]? ?$/.test(token.gap);
}

const legalForm = /^(?:inc|corp|ltd|llc|plc|gmbh|ag|co|corporation|company|holdings|group|limited|sa|nv)$/;
const tellingTags = new Set(
  (
    'FirstName MaleName FemaleName LastName City Country Region Place Organization SportsTeam WeekDay Month Actor ' +
    'Preposition PastTense PresentTense Determiner Demonym'
  ).split(' '),
);

function hintsOf(word: string, lower: string): string[] {
  const tags = lexiconTags(lower);
  const hints = tags.filter((tag) => tellingTags.has(tag));
  if (isCapitalised(word)) {
    const entry = wordEntry(lower);
    if (!entry) hints.push('unknown');
    if (entry?.lists.includes('w') === true) hints.push('common');
  }
  if (personTitles.has(lower)) hints.push('title');
  if (roleWords.has(lower)) hints.push('role');
  if (isOrganizationHead(lower)) hints.push('organization');
  if (isPlaceHead(lower)) hints.push('place');
  if (legalForm.test(lower)) hints.push('legal');
  return hints;
}
