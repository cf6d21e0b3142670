import type { FoundEntity } from '../extraction-model.js';

/** What a rule read in a sentence; `text.slice(start, end)` are the words that say so. */
export interface Statement {
  readonly source: FoundEntity;
  readonly relation: string;
  readonly target: FoundEntity;
  readonly start: number;
  readonly end: number;
}

/** A statement whose evidence reaches from its first end to its last. */
export function between(source: FoundEntity, relation: string, target: FoundEntity): Statement {
  const start = Math.min(source.start, target.start);
  return { source, relation, target, start, end: Math.max(source.end, target.end) };
}

/** A statement whose source is carried over from before; its evidence are the words from `start` to the target. */
export function carried(source: FoundEntity, relation: string, target: FoundEntity, start: number): Statement {
  return { source, relation, target, start: Math.max(0, Math.min(start, target.start)), end: target.end };
}

/** Words that a rule looks at before or between entities, at most. */
export const contextChars = 120;

/** One line, lower case, plain apostrophes: what patterns are written for. */
export function plain(words: string): string {
  return words.toLowerCase().replaceAll(/\s+/g, ' ').replaceAll('’', "'");
}

/** What the sentence says just before a place, one line, bounded. */
export function textBefore(text: string, sentenceStart: number, at: number): string {
  return plain(text.slice(Math.max(sentenceStart, at - contextChars), at));
}

const doubtful = new RegExp(
  '\\b(?:not|never|no longer|nor|without|cannot|may|might|could|would|should|if|unless|whether|reportedly|allegedly|' +
    'supposedly|rumou?r\\w*|den(?:y|ies|ied)|refus\\w+|fail(?:s|ed)?|considers?|considering|' +
    'instead of|rather than)\\b|' +
    "n't\\b",
);

/** Whether words take back what they seem to state: denial, doubt, hearsay, condition. */
export function isDoubtful(words: string): boolean {
  return doubtful.test(words);
}
