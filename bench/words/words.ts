const vocabularySize = 20_000;
const syllables = 'ba co di fu ga he ji ko la me ni po ra si tu va we xo yu ze bri cla dro fle gri plo sta tre'.split(
  ' ',
);

/** Small, fast and the same everywhere: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Words that are no words, by rank. */
export function wordOf(rank: number): string {
  let word = '';
  for (let left = rank + syllables.length; left > 0; left = Math.floor(left / syllables.length)) {
    word += syllables[left % syllables.length] ?? '';
  }
  return word;
}

/** Few words are frequent and most are rare, as in any language: ranks by Zipf's law, drawn by its inverse. */
export function drawWord(random: () => number): string {
  return wordOf(Math.floor(vocabularySize ** random()) - 1);
}

export function capitalised(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
