import type { WordedSentence } from '../wording-model.js';

const sentencesMax = 8;
const sentenceCharsMax = 1000;

/**
 * Takes from an answer the sentences that cite passages which were shown; one that cites none, or another, is left out,
 * since nobody could check it.
 * @returns undefined if the answer is not of the shape that was asked for.
 */
export function wordedSentences(answer: unknown, passages: number): readonly WordedSentence[] | undefined {
  const { sentences } = (answer ?? {}) as { readonly sentences?: unknown };
  if (!Array.isArray(sentences) || !sentences.every(isSentence)) return undefined;
  const shown = (number: number): boolean => Number.isInteger(number) && number >= 1 && number <= passages;
  return sentences
    .map(({ text, citations }) => ({ text: plain(text), citations: [...new Set(citations)] }))
    .filter(({ text, citations }) => text !== '' && citations.length > 0 && citations.every(shown))
    .slice(0, sentencesMax);
}

function isSentence(said: unknown): said is WordedSentence {
  const { text, citations } = (said ?? {}) as Record<string, unknown>;
  return (
    typeof text === 'string' &&
    text.length <= sentenceCharsMax &&
    Array.isArray(citations) &&
    citations.every((number) => typeof number === 'number')
  );
}

/** Citations stand in their own field; those that a model writes into the text as well would be shown twice. */
function plain(text: string): string {
  return text
    .replaceAll(/\s*\[\d+(?:,\s*\d+)*\]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
