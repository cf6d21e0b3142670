import { isOrder, sentenceSpan } from '#models';

/**
 * The sentence in which a place of a text stands, on one line; bounded, and cut between words. Empty where it tells its
 * reader what to write: that says nothing of what it names, and a model that is asked about names might do it.
 */
export function sentenceAround(text: string, start: number, end: number): string {
  const span = sentenceSpan(text, start, end);
  const sentence = text.slice(span.start, span.end);
  return isOrder(sentence) ? '' : sentence.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}
