import type { EntityType } from '../extraction-model.js';

/** A stretch of the text that stands for one thing: `text.slice(start, end)`. */
export interface EntitySpan {
  readonly type: EntityType;
  readonly start: number;
  readonly end: number;
}

/** Makes a span of each match of a pattern; the pattern has the flag `g`. */
export function spansOf(type: EntityType, pattern: RegExp, text: string): EntitySpan[] {
  return Array.from(text.matchAll(pattern), (match) => ({
    type,
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Spans that do not overlap, in order of the text: lists given first win, and in a list the longer span wins. */
export function withoutOverlaps(...lists: readonly (readonly EntitySpan[])[]): EntitySpan[] {
  const taken = new Set<number>();
  const kept: EntitySpan[] = [];
  for (const list of lists) {
    const longestFirst = list.toSorted((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
    for (const span of longestFirst) {
      if (isTaken(span, taken)) continue;
      for (let at = span.start; at < span.end; at += 1) taken.add(at);
      kept.push(span);
    }
  }
  return kept.sort((a, b) => a.start - b.start);
}

function isTaken(span: EntitySpan, taken: ReadonlySet<number>): boolean {
  for (let at = span.start; at < span.end; at += 1) if (taken.has(at)) return true;
  return false;
}
