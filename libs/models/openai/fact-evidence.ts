import { sentenceSpan } from '../sentence-span.js';
import { occurrencesOf, spansOf, type Span } from './literal-span.js';

/**
 * Where a passage says something of a thing that has one of these names: the quoted words if they name it, else the
 * sentence around them that does. Undefined if neither does, since any word stands somewhere in a passage.
 */
export function evidenceSpan(quoted: string, passage: string, names: readonly string[]): Span | undefined {
  if (!/[\p{L}\p{N}]/u.test(quoted)) return undefined;
  const isNamed = ({ start, end }: Span): boolean =>
    names.some((name) => occurrencesOf(name, passage.slice(start, end)).length > 0);
  const spans = spansOf(quoted, passage);
  return spans.find(isNamed) ?? spans.map((span) => sentenceWith(span, passage)).find(isNamed);
}

function sentenceWith({ start, end }: Span, passage: string): Span {
  const around = sentenceSpan(passage, start, end);
  const words = passage.slice(around.start, around.end);
  return {
    start: around.end - words.trimStart().length,
    end: around.start + words.trimEnd().length,
  };
}
