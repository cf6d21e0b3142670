import { sentenceSpan } from '#models';

/** The sentence in which a place of a text stands, on one line; bounded, and cut between words. */
export function sentenceAround(text: string, start: number, end: number): string {
  const span = sentenceSpan(text, start, end);
  return text.slice(span.start, span.end).normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}
