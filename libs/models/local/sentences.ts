import type { FoundEntity } from '../extraction-model.js';

import type { Token } from './tokens.js';

/** A sentence with what it names, in order. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly entities: readonly FoundEntity[];
}

/** Sorts entities, which stand in order, into their sentences; sentences without entities are left out. */
export function sentencesWithEntities(tokens: readonly Token[], entities: readonly FoundEntity[]): Sentence[] {
  const sentences: Sentence[] = [];
  let next = 0;
  for (const { start, end } of sentenceBounds(tokens)) {
    const from = next;
    while (next < entities.length && (entities[next]?.start ?? 0) < end) next += 1;
    if (next > from) sentences.push({ start, end, entities: entities.slice(from, next) });
  }
  return sentences;
}

function sentenceBounds(tokens: readonly Token[]): { start: number; end: number }[] {
  const bounds: { start: number; end: number }[] = [];
  let sentence = -1;
  for (const token of tokens) {
    const current = bounds.at(-1);
    if (current && token.sentence === sentence) current.end = token.end;
    else bounds.push({ start: token.start, end: token.end });
    sentence = token.sentence;
  }
  return bounds;
}
