import { isOrganizationHead, lexiconTags } from './lexicon.js';
import { headJoiners, innerCapitals, joinableHeads, nameParticles, personTitles, plainCapitals } from './name-words.js';
import type { Token } from './tokens.js';

/** Neighbouring words that may be one name: `tokens[from]` up to, not including, `tokens[to]`. */
export interface NameRun {
  readonly from: number;
  readonly to: number;
}

const runWordsMax = 8;
const capital = /^(?:\p{Lu}|\p{Ll}{1,2}-?\p{Lu}{2}|\d{1,3}\p{Lu})/u;
/** Tags of words that open a sentence without being part of a name. */
const commonTags = new Set(
  (
    'Determiner Preposition Conjunction Pronoun Adverb Modal QuestionWord Gerund PastTense PresentTense Infinitive ' +
    'Adjective Comparative Superlative Plural Auxiliary Expression Copula Singular Uncountable Duration ' +
    'Participle Actor Negative'
  ).split(' '),
);
const nameTags =
  /^(?:MaleName|FemaleName|FirstName|LastName|Person|City|Country|Region|Place|ProperNoun|Organization|SportsTeam)$/;

/** Stretches of capitalised words, with particles inside, as names are written. */
export function findNameRuns(tokens: readonly Token[], lowerCased: ReadonlySet<string>): NameRun[] {
  const runs: NameRun[] = [];
  let from = 0;
  while (from < tokens.length) {
    if (!opensRun(tokens, from, lowerCased)) {
      from += 1;
      continue;
    }
    const to = runEnd(tokens, from);
    runs.push({ from, to });
    from = to;
  }
  return runs;
}

function opensRun(tokens: readonly Token[], at: number, lowerCased: ReadonlySet<string>): boolean {
  const token = tokens[at];
  if (!token || !isNameWord(token)) return false;
  if (!token.first) return true;
  const next = tokens[at + 1];
  const runsOn = next !== undefined && isNameWord(next) && isJoined(next);
  return !isCommonOpening(token.word, lowerCased, runsOn);
}

function isNameWord(token: Token): boolean {
  const lower = token.word.toLowerCase();
  return capital.test(token.word) && !plainCapitals.has(lower) && !innerCapitals.has(lower);
}

/** Whether the first word of a sentence has its capital letter from the sentence. */
function isCommonOpening(word: string, lowerCased: ReadonlySet<string>, runsOn: boolean): boolean {
  const lower = word.toLowerCase();
  if (word.length > 1 && word === word.toUpperCase()) return false;
  const tags = lexiconTags(lower);
  if (tags.some((tag) => nameTags.test(tag))) return false;
  if (personTitles.has(lower)) return false;
  if (runsOn && (joinableHeads.has(lower) || isOrganizationHead(lower))) return false;
  if (lowerCased.has(lower)) return true;
  if (tags.some((tag) => commonTags.has(tag))) return true;
  return !runsOn && /(?:ly|ing|ed|tion|ness|ment|ists?|ers|ies|ous|ful|ity|ance|ence|able|ive|ically)$/.test(lower);
}

/** Whether a word follows the one before with nothing but a space, or a line break in running text, between. */
function isJoined(token: Token): boolean {
  return token.gap === ' ' || (!token.first && /^[ \t\u00a0]*\r?\n?[ \t\u00a0]*$/.test(token.gap));
}

/** `St. Louis`, `Gen. Grant`, `C. Douglas`: the full stop is the abbreviation's. */
function isAbbreviated(before: Token, token: Token): boolean {
  const lower = before.word.toLowerCase();
  return token.gap === '. ' && (before.word.length === 1 || personTitles.has(lower) || /^(?:st|mt|ft|no)$/.test(lower));
}

function runEnd(tokens: readonly Token[], from: number): number {
  const limit = Math.min(tokens.length, from + runWordsMax);
  let to = from + 1;
  while (to < limit) {
    const step = runStep(tokens, from, to);
    if (step === 0) break;
    to += step;
  }
  return to;
}

/** How many words the run takes on: none, the next one, or a joiner with the word after it. */
function runStep(tokens: readonly Token[], from: number, at: number): number {
  const token = tokens[at];
  const before = tokens[at - 1];
  if (!token || !before || token.first) return 0;
  const possessed = token.start - before.end > 1 && /^[’']/.test(token.gap);
  if (possessed) return 0;
  if (isNameWord(token) && (isJoined(token) || isAbbreviated(before, token))) return 1;
  if (isNameWord(token) && / & /.test(token.gap)) return at - from === 1 ? 1 : 0;
  const after = tokens[at + 1];
  if (!after || !isNameWord(after) || !isJoined(after) || !isJoined(token)) return 0;
  const lower = token.word.toLowerCase();
  if (nameParticles.has(lower)) return 2;
  if (innerCapitals.has(lower) && capital.test(token.word)) return 2;
  if (headJoiners.has(lower) && joinableHeads.has(before.word.toLowerCase())) return 2;
  return 0;
}
