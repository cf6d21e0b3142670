import type { KnownFact } from '#stores/reading';

/** How many of these words, or beginnings of words, stand in what a fact says or in the name of its relation. */
export function wordsShared({ fact, relation }: KnownFact, words: readonly string[]): number {
  const text = `${fact} ${relation.replaceAll('_', ' ')}`.toLowerCase();
  return words.filter((word) => text.includes(word)).length;
}
