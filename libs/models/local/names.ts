import type { EntityType } from '../extraction-model.js';

import { lexiconTags } from './lexicon.js';
import { findNameRuns, type NameRun } from './name-runs.js';
import { nameType } from './name-type.js';
import { creedAdjectives, personTitles, roleWords } from './name-words.js';
import type { EntitySpan } from './spans.js';
import type { Token } from './tokens.js';

interface NamedSpan extends EntitySpan {
  readonly sure: boolean;
  readonly words: string;
}

/** Names of persons, organisations, places, products and events among the words of a text that are not taken yet. */
export function findNames(words: readonly Token[], text: string, taken: readonly EntitySpan[]): EntitySpan[] {
  const tokens = withoutTaken(words, taken);
  const lowerCased = new Set(tokens.filter((token) => /^\p{Ll}/u.test(token.word)).map((token) => token.word));
  const named = findNameRuns(tokens, lowerCased).flatMap((run) => namedSpan(tokens, run, text));
  const known = knownTypes(named);
  return named.map((span, index) => {
    const type = span.sure ? span.type : (known.get(span.words) ?? listedType(named, index, text) ?? span.type);
    return { type, start: span.start, end: span.end };
  });
}

/** Words of an amount or a date, such as `Q4`, stay in place but are no words a name is made of. */
function withoutTaken(tokens: readonly Token[], taken: readonly EntitySpan[]): Token[] {
  const sorted = taken.toSorted((a, b) => a.start - b.start);
  let next = 0;
  return tokens.map((token) => {
    while (next < sorted.length && (sorted[next]?.end ?? 0) <= token.start) next += 1;
    const span = sorted[next];
    return span && span.start < token.end ? { ...token, word: '' } : token;
  });
}

/** Types of names that are sure somewhere in the text; the last word of a person's name stands for the person. */
function knownTypes(named: readonly NamedSpan[]): Map<string, EntityType> {
  const types = new Map<string, EntityType>();
  for (const { words, type, sure } of named) {
    if (!sure) continue;
    types.set(words, type);
    const surname = words.slice(words.lastIndexOf(' ') + 1);
    if (type === 'Person' && !types.has(surname)) types.set(surname, type);
  }
  return types;
}

/** In a list the members are of one kind: `Calgary, Toronto and Omaha`. */
function listedType(named: readonly NamedSpan[], index: number, text: string): EntityType | undefined {
  const span = named[index];
  const before = named[index - 1];
  const after = named[index + 1];
  if (before?.sure && span && isListGap(text.slice(before.end, span.start))) return before.type;
  if (after?.sure && span && isListGap(text.slice(span.end, after.start))) return after.type;
  return undefined;
}

function isListGap(gap: string): boolean {
  return /^(?:,? (?:and|or|&)|,) $/.test(gap);
}

function namedSpan(tokens: readonly Token[], found: NameRun, text: string): NamedSpan[] {
  const untitled = withoutTitles(tokens, found);
  if (!untitled) return [];
  const titled = untitled.from > found.from;
  const run = withoutDemonym(tokens, untitled);
  const first = tokens[run.from];
  const last = tokens[run.to - 1];
  const guess = titled ? { type: 'Person' as const, sure: true } : nameType(tokens, run);
  if (!first || !last || !guess) return [];
  const words = tokens
    .slice(run.from, run.to)
    .map((token) => token.word)
    .join(' ');
  return [{ ...guess, words, start: first.start, end: last.end + dotted(last, text) }];
}

/** The full stop of `Enron Corp.` is part of the name. */
function dotted(last: Token, text: string): number {
  return /^(?:Corp|Inc|Ltd|Co|Jr|Sr|Bros)$/.test(last.word) && text[last.end] === '.' ? 1 : 0;
}

/** A nationality belongs to the name of an organisation, `German Red Cross`, and to no other name. */
function withoutDemonym(tokens: readonly Token[], run: NameRun): NameRun {
  const opening = tokens[run.from]?.word.toLowerCase() ?? '';
  const isAdjective = creedAdjectives.has(opening) || lexiconTags(opening).includes('Demonym');
  if (!isAdjective || run.to - run.from < 2) return run;
  const rest = { from: run.from + 1, to: run.to };
  const whole = nameType(tokens, run)?.type;
  return whole === 'Organization' && nameType(tokens, rest)?.type !== 'Person' ? run : rest;
}

/** Drops titles and nationalities before a name, and a run that is nothing but one of them. */
function withoutTitles(tokens: readonly Token[], run: NameRun): NameRun | undefined {
  let from = run.from;
  while (from < run.to - 1 && isTitle(tokens, from, run)) from += 1;
  const only = run.to - from === 1 ? (tokens[from]?.word.toLowerCase() ?? '') : '';
  if (
    creedAdjectives.has(only) ||
    personTitles.has(only) ||
    lexiconTags(only).some((tag) => tag === 'Demonym' || tag === 'Abbreviation' || tag === 'WeekDay')
  ) {
    return undefined;
  }
  return { from, to: run.to };
}

function isTitle(tokens: readonly Token[], at: number, run: NameRun): boolean {
  const word = tokens[at]?.word.toLowerCase() ?? '';
  return (personTitles.has(word) || (roleWords.has(word) && run.to - at > 2)) && !isHead(tokens, at, run);
}

/** `Prince of Wales`, `Secretary of State`: the title is the head, and a particle follows. */
function isHead(tokens: readonly Token[], at: number, run: NameRun): boolean {
  return at + 1 < run.to && /^(?:of|for)$/.test(tokens[at + 1]?.word ?? '');
}
