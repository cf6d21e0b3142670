import type { FoundEntity } from '../extraction-model.js';

import { lexiconTags } from './lexicon.js';
import { between, contextChars, isDoubtful, plain, textBefore, type Statement } from './statements.js';
import { verbPatterns, type VerbPattern } from './verb-patterns.js';

/** What the words between two entities of a sentence say of them. */
export function findVerbs(text: string, sentenceStart: number, left: FoundEntity, right: FoundEntity): Statement[] {
  if (right.start - left.end > contextChars || left.name === right.name) return [];
  const words = plain(text.slice(left.end, right.start));
  if (isDoubtful(words) || hearsay.test(textBefore(text, sentenceStart, left.start))) return [];
  if (isPlaceInPlace(words, left, right) && !isListed(text, left, right)) return [between(left, 'LOCATED_IN', right)];
  const core = withoutApposition(words);
  const found = verbPatterns.find((pattern) => fits(pattern, core, left, right));
  if (!found) return [];
  const relation = found.planned ?? found.relation;
  return [found.reverse ? between(right, relation, left) : between(left, relation, right)];
}

/** `denied that X acquired Y`, `whether X owns Y`: the words before take the statement back. */
const hearsay =
  /\b(?:den(?:y|ies|ied)|doubts?|doubted|rumou?rs?|speculation|alleg\w+|claims?|claimed|if|whether|unless)(?: that)?(?: the)? $/;

/** `Oslo, Texas, Lima`: a list of places says nothing of where they lie. */
function isListed(text: string, left: FoundEntity, right: FoundEntity): boolean {
  return text.startsWith(', ', left.start - 2) && text.startsWith(', ', right.end);
}

function fits(pattern: VerbPattern, words: string, left: FoundEntity, right: FoundEntity): boolean {
  return pattern.left.includes(left.type) && pattern.right.includes(right.type) && pattern.words.test(words);
}

/** What stands between commas after a name says who it is, and the verb comes after it. */
function withoutApposition(words: string): string {
  return words.replace(/^(?:,[^,;:]{1,80},|\s?\([^()]{1,60}\))(?= )/, '');
}

/** `Paris, France`: a place, then the country or region it lies in. */
function isPlaceInPlace(words: string, left: FoundEntity, right: FoundEntity): boolean {
  if (words !== ', ' || left.type !== 'Location' || right.type !== 'Location') return false;
  const wider = lexiconTags(right.name.toLowerCase());
  const own = lexiconTags(left.name.toLowerCase());
  const isWider = wider.includes('Country') || wider.includes('Region');
  return isWider && !own.includes('Country') && !(own.includes('Region') && !wider.includes('Country'));
}
