import type { EntityType } from '../extraction-model.js';

import { isOrganizationHead, isPlaceHead, lexiconTags, lexiconWordsMax } from './lexicon.js';
import type { NameRun } from './name-runs.js';
import {
  eventHeads,
  joinableHeads,
  knownNames,
  launchVerbs,
  organizationNouns,
  organizationObjectVerbs,
  organizationVerbs,
  personTitles,
  personVerbs,
  placeAcronyms,
  placeNouns,
  placePrepositions,
  plainAcronyms,
  productHeads,
  roleWords,
} from './name-words.js';
import type { Token } from './tokens.js';

const personTags = new Set(['MaleName', 'FemaleName', 'FirstName', 'LastName', 'Person']);
const placeTags = new Set(['City', 'Country', 'Region', 'Place']);
const organizationTags = new Set(['Organization', 'SportsTeam']);
const placeOpenings = new Set(
  (
    'lake mount cape fort port north south east west northern southern eastern ' +
    'western san santa los las new saint st upper lower gulf bay isle republic strait'
  ).split(' '),
);
const joined = new Set(['of', 'for']);

/** What a run names, as far as is known so far. */
export interface NameGuess {
  readonly type: EntityType;
  /** Whether the name or the words around it tell; otherwise the type is the likeliest one. */
  readonly sure: boolean;
}

/** What kind of thing a run of capitalised words names; undefined if it names none. */
export function nameType(tokens: readonly Token[], run: NameRun): NameGuess | undefined {
  const words = tokens.slice(run.from, run.to).map((token) => token.word.toLowerCase());
  const told = typeByWords(words, tokens, run) ?? typeByContext(words, tokens, run);
  if (told !== undefined) return { type: told, sure: true };
  const likely = likeliestType(words, tokens[run.from], tokens[run.to]);
  return likely && { type: likely, sure: false };
}

/** The name tells by itself. */
function typeByWords(words: readonly string[], tokens: readonly Token[], run: NameRun): EntityType | undefined {
  const listed = knownNames.get(words.join(' '));
  if (listed) return listed;
  const known = words.length <= lexiconWordsMax ? typeByTags(lexiconTags(words.join(' ')), words.length) : undefined;
  if (known === 'Location' || (known !== undefined && words.length > 1)) return known;
  const at = words.findIndex((word) => joined.has(word));
  const head = words[at > 0 ? at - 1 : words.length - 1] ?? '';
  const longer = words.length > 1;
  if (longer && /^(?:inc|corp|ltd|llc|plc|gmbh|ag|co|corporation|company|holdings|group)$/.test(words.at(-1) ?? ''))
    return 'Organization';
  if (longer && eventHeads.has(head)) return 'Event';
  if (longer && isPlaceHead(head)) return 'Location';
  if (longer && isOrganizationHead(head)) return 'Organization';
  if (longer && productHeads.has(head)) return 'Product';
  if (words.length === 1) return typeOfSingle(tokens[run.from], words[0] ?? '') ?? placedOr(known, tokens, run);
  if (words.length === 2 && placeOpenings.has(words[0] ?? '')) return 'Location';
  if (isPersonName(words, tokens.slice(run.from, run.to))) return 'Person';
  return undefined;
}

function typeByTags(tags: readonly string[], words: number): EntityType | undefined {
  if (tags.some((tag) => placeTags.has(tag))) return 'Location';
  if (tags.some((tag) => organizationTags.has(tag))) return 'Organization';
  if (words > 1 && tags.includes('Person')) return 'Person';
  return tags.some((tag) => personTags.has(tag)) ? 'Person' : undefined;
}

function typeOfSingle(token: Token | undefined, lower: string): EntityType | undefined {
  const word = token?.word ?? '';
  if (placeAcronyms.has(lower) && word === word.toUpperCase()) return 'Location';
  const isAcronym = /^(?:\p{Lu}[\p{Lu}\d&.-]{1,6}s?|\d{1,2}\p{Lu}{2,4})$/u.test(word);
  return isAcronym && !plainAcronyms.has(lower.replace(/s$/, '')) ? 'Organization' : undefined;
}

/** `in Virginia`, `near Houston`: many first names and surnames are places too. */
function placedOr(known: EntityType | undefined, tokens: readonly Token[], run: NameRun): EntityType | undefined {
  const before = tokens[run.from]?.gap === ' ' ? (tokens[run.from - 1]?.word.toLowerCase() ?? '') : '';
  const after = tokens[run.to];
  const inRegion = after !== undefined && after.gap === ', ' && isPlaceWord(after.word);
  return known === 'Person' && (inRegion || /^(?:in|near|at|across|into)$/.test(before)) ? 'Location' : known;
}

function isPersonName(words: readonly string[], tokens: readonly Token[]): boolean {
  const first = lexiconTags(words[0] ?? '');
  if (first.some((tag) => tag === 'MaleName' || tag === 'FemaleName' || tag === 'FirstName')) return true;
  if (tokens.slice(0, -1).some((token) => /^\p{Lu}\.?$|^(?:\p{Lu}\.)+$/u.test(token.word))) return true;
  const last = words.at(-1) ?? '';
  return /^(?:jr|sr)$/.test(last) || (words.length <= 3 && lexiconTags(last).includes('LastName'));
}

/** The words around the name tell. */
function typeByContext(words: readonly string[], tokens: readonly Token[], run: NameRun): EntityType | undefined {
  const first = tokens[run.from];
  const before = sameSentence(tokens[run.from - 1], first);
  const earlier = sameSentence(tokens[run.from - 2], first);
  const after = sameSentence(tokens[run.to], first);
  const previous = first?.gap === ' ' || first?.gap === '. ' ? (before?.word.toLowerCase() ?? '') : '';
  const next = after?.gap === ' ' ? after.word.toLowerCase() : '';
  if (isPersonContext(previous, next) || (after && isApposition(after))) return 'Person';
  if (launchVerbs.has(previous)) return 'Product';
  if (organizationNouns.has(previous) || organizationNouns.has(next)) return 'Organization';
  if (isCompanyContext(tokens, run, previous, next)) return 'Organization';
  if (previous === 'of' && placeNouns.has(earlier?.word.toLowerCase() ?? '')) return 'Location';
  if (words.length <= 2 && placePrepositions.has(previous)) return 'Location';
  if (words.length <= 2 && after && /^, ?$/.test(after.gap) && isPlaceWord(after.word)) return 'Location';
  if (previous === 'the' && words.length > 1) return 'Organization';
  return undefined;
}

function isPersonContext(previous: string, next: string): boolean {
  return personTitles.has(previous) || roleWords.has(previous) || personVerbs.has(next) || /.{4}ist$/.test(previous);
}

/** `Initech was founded`, `joined Initech`, `a contract with Initech`. */
function isCompanyContext(tokens: readonly Token[], run: NameRun, previous: string, next: string): boolean {
  if (organizationVerbs.has(next) || organizationObjectVerbs.has(previous)) return true;
  const beyond = tokens[run.to + 1]?.word ?? '';
  if (/^(?:is|was|were)$/.test(next) && /^(?:founded|acquired|established|incorporated|headquartered)$/.test(beyond))
    return true;
  const earlier = tokens[run.from - 2]?.word ?? '';
  return previous === 'with' && /^(?:contract|deal|agreement|partnership|alliance)$/.test(earlier);
}

function isApposition(after: Token): boolean {
  return /^, ?$/.test(after.gap) && roleWords.has(after.word.toLowerCase());
}

function isPlaceWord(word: string): boolean {
  const tags = lexiconTags(word.toLowerCase());
  return /^\p{Lu}/u.test(word) && tags.some((tag) => tag === 'Region' || tag === 'Country');
}

/** What names of this shape mostly are, where nothing tells. */
function likeliestType(
  words: readonly string[],
  first: Token | undefined,
  after: Token | undefined,
): EntityType | undefined {
  if (!first) return undefined;
  const unknown = words.every((word) => lexiconTags(word).length === 0);
  if (words.length > 1) return words.length === 2 || (words.length === 3 && unknown) ? 'Person' : 'Organization';
  if (first.word.length < 3 || plainAcronyms.has(first.word.toLowerCase())) return undefined;
  if (/\p{Ll}\p{Lu}|\.(?:com|org|net|io)$/u.test(first.word)) return 'Organization';
  const owns = after !== undefined && /^[’']s /.test(after.gap);
  const acts =
    after?.gap === ' ' && lexiconTags(after.word).some((tag) => tag === 'PastTense' || tag === 'PresentTense');
  return unknown && (acts || owns) && !isPlainWord(first.word.toLowerCase()) ? 'Person' : undefined;
}

/** Words that are capitalised in headings and titles, and adjectives of nations and times. */
function isPlainWord(lower: string): boolean {
  if (
    lower.length < 4 ||
    isOrganizationHead(lower) ||
    isPlaceHead(lower) ||
    eventHeads.has(lower) ||
    joinableHeads.has(lower)
  )
    return true;
  return /(?:ish|ese|ians?|tion|ics|ing|ment|ness|ity|ology|ers|ism|ists|ance|ence|ware|ible|ical)$/.test(lower);
}

function sameSentence(token: Token | undefined, other: Token | undefined): Token | undefined {
  return token?.sentence === other?.sentence ? token : undefined;
}
