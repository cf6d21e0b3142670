import { sentenceSpan } from '../sentence-span.js';
import { occurrencesOf, spansOf, type Span } from './literal-span.js';

/**
 * Where a passage says something of a thing that has one of these names: the quoted words where they name it, then the
 * sentences around them that do. None if neither does, since any word stands somewhere in a passage.
 */
export function evidenceSpans(quoted: string, passage: string, names: readonly string[]): Span[] {
  if (!/[\p{L}\p{N}]/u.test(quoted)) return [];
  const isNamed = ({ start, end }: Span): boolean => namesOneOf(names, passage.slice(start, end));
  const spans = spansOf(quoted, passage);
  return [...spans, ...spans.map((span) => sentenceWith(span, passage))].filter(isNamed);
}

/** Whether one of the names stands in the words, as words of its own. */
export function namesOneOf(names: readonly string[], words: string): boolean {
  return names.some((name) => occurrencesOf(name, words).length > 0);
}

function sentenceWith({ start, end }: Span, passage: string): Span {
  const around = sentenceSpan(passage, start, end);
  const words = passage.slice(around.start, around.end);
  return {
    start: around.end - words.trimStart().length,
    end: around.start + words.trimEnd().length,
  };
}
