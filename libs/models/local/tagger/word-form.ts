import { isOrganizationHead, isPlaceHead, lexiconTags } from '../lexicon.js';
import { personTitles, roleWords } from '../name-words.js';
import { wordEntry } from './word-list.js';

/** What can be said of a word wherever it stands. */
export interface WordForm {
  readonly lower: string;
  readonly capitalised: boolean;
  /** Its letters by kind: `Xxxx`, `9`. */
  readonly shape: string;
  /** Names of features, and the ends of the word that are their values. */
  readonly endings: readonly (readonly [name: string, part: string])[];
  readonly cluster: string;
  readonly group: string;
  /** Its roles in names: title, head of an organisation's name, nationality, ... */
  readonly hints: readonly string[];
}

/** Most words of a text are among few thousand; what is known of these is kept, of no more than so many. */
const keptMax = 4096;
/** Longer words are rare, and keeping one would keep the whole text that it was cut from. */
const keptCharsMax = 12;
const kept = new Map<string, WordForm>();

export function formOf(word: string): WordForm {
  const known = kept.get(word);
  if (known) return known;
  const form = describe(word);
  if (word.length > keptCharsMax) return form;
  if (kept.size >= keptMax) kept.clear();
  kept.set(word, form);
  return form;
}

export function isCapitalised(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}

function describe(word: string): WordForm {
  const lower = word.toLowerCase().replace(/\.$/, '');
  const entry = wordEntry(lower);
  return {
    lower,
    capitalised: isCapitalised(word),
    shape: shapeOf(word),
    endings: endingsOf(lower),
    cluster: entry?.cluster || '?',
    group: entry?.group || '?',
    hints: hintsOf(word, lower),
  };
}

function shapeOf(word: string): string {
  const letters = word
    .replaceAll(/\p{Lu}/gu, 'X')
    .replaceAll(/\p{Ll}/gu, 'x')
    .replaceAll(/\p{N}/gu, '9');
  return letters.replaceAll(/(.)\1{2,}/g, '$1$1$1').slice(0, 12);
}

function endingsOf(lower: string): [string, string][] {
  const parts: [string, string][] = [];
  for (const length of [2, 3, 4]) if (lower.length > length) parts.push([`s${length}`, lower.slice(-length)]);
  if (lower.length > 3) parts.push(['p3', lower.slice(0, 3)]);
  return parts;
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
