/** A word or number with its place: `text.slice(start, end) === word`. */
export interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** Number of its sentence, from 0. Headings, list items and paragraphs are sentences too. */
  readonly sentence: number;
  /** Whether it opens its sentence, or quoted speech, where a capital letter says little. */
  readonly first: boolean;
  /** What stands between the token before and this one. */
  readonly gap: string;
}

const initialism = /(?:\p{Lu}\.){2,8}/u.source;
const initial = /\p{Lu}\.(?= ?\p{Lu})/u.source;
/** Inner dots only before lower case and digits, so that `end.Next` stays two words. */
const inner = /(?:[&’'-](?=[\p{L}\p{N}])|\.(?=[\p{Ll}\p{N}]))/u.source;
const plainWord = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/u.source;
const wordPattern = new RegExp(`${initialism}|${initial}|${plainWord}(?:${inner}${plainWord})*`, 'gu');
const possessive = /[’'](?:s|S)?$/u;
const abbreviations = new Set(
  (
    'mr mrs ms dr prof st gen col lt sgt capt rev hon gov sen rep jr sr inc corp co ' +
    'ltd vs etc no fig vol approx dept'
  ).split(' '),
);
/** A line shorter than this ended because its writer ended it, not because it was full. */
const wrappedLineChars = 50;

/** Cuts text into words and sentences. One pass, and every character belongs to at most one token. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let sentence = 0;
  let end = 0;
  for (const match of text.matchAll(wordPattern)) {
    const start = match.index;
    const word = match[0].replace(possessive, '');
    const gap = text.slice(end, start);
    const before = tokens.at(-1);
    const opens = before === undefined || endsSentence(text, before, gap);
    if (opens && before !== undefined) sentence += 1;
    const quoted = /[:,.]\s*[“"‘«]\s*$/u.test(gap.slice(-5));
    tokens.push({ word, start, end: start + word.length, sentence, first: opens || quoted, gap });
    end = start + word.length;
  }
  return tokens;
}

function endsSentence(text: string, before: Token, gap: string): boolean {
  if (/\n[ \t\r]*\n/.test(gap)) return true;
  if (/\n[ \t]*(?:[-*•–#|>]|\d+[.)])/.test(gap)) return true;
  if (gap.includes('\n') && lineLength(text, before.end) < wrappedLineChars) return true;
  if (!/[.!?…]['"”’)\]]*(?:\s|$)/u.test(gap)) return false;
  return !(gap.startsWith('.') && !gap.includes('\n') && abbreviations.has(before.word.toLowerCase()));
}

/** Length of the line that holds a place, looking back no further than matters. */
function lineLength(text: string, at: number): number {
  const from = Math.max(0, at - wrappedLineChars);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  return at - Math.max(from, lineStart);
}
