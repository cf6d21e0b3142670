import type { Snippet } from './hit.js';

const snippetCharsMax = 280;
/** So much of a snippet may stand before the first word that was found. */
const leadChars = 60;
const ellipsis = '…';

/**
 * Cuts the stretch of a passage that holds most of the words, at word ends, and says where they stand. Words are
 * compared by how they begin, so that `opened` finds `opening` when the query's word was cut to `open`.
 */
export function snippetOf(text: string, words: readonly string[]): Snippet {
  const found = findWords(text, words);
  const start = startOf(text, found);
  const end = cutEnd(text, start);
  const before = start === 0 ? '' : ellipsis;
  const shown = `${before}${text.slice(start, end)}${end === text.length ? '' : ellipsis}`;
  const shift = before.length - start;
  const highlights = found
    .filter(([from, to]) => from >= start && to <= end)
    .map(([from, to]): [number, number] => [from + shift, to + shift]);
  return { text: shown, highlights };
}

const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu;
/** A word of the query that is shorter must be matched whole. */
const stemCharsMin = 4;

function findWords(text: string, words: readonly string[]): [number, number][] {
  const wanted = words.map((one) => one.toLowerCase());
  const found: [number, number][] = [];
  for (const match of text.matchAll(word)) {
    const here = match[0].toLowerCase();
    const hit = wanted.some((one) => here === one || (one.length >= stemCharsMin && here.startsWith(one)));
    if (hit) found.push([match.index, match.index + match[0].length]);
  }
  return found;
}

/** The beginning of the stretch with most words in it; the first of equals. */
function startOf(text: string, found: readonly (readonly [number, number])[]): number {
  if (text.length <= snippetCharsMax) return 0;
  let [best, most] = [0, 0];
  for (const [from] of found) {
    const count = found.filter(([at, to]) => at >= from && to <= from + snippetCharsMax - leadChars).length;
    if (count > most) [best, most] = [from, count];
  }
  const wanted = Math.max(0, best - leadChars);
  if (wanted === 0) return 0;
  const space = text.indexOf(' ', wanted);
  return space < 0 || space >= best ? best : space + 1;
}

function cutEnd(text: string, start: number): number {
  if (text.length - start <= snippetCharsMax) return text.length;
  const limit = start + snippetCharsMax;
  const space = text.lastIndexOf(' ', limit);
  if (space > start + leadChars) return space;
  // No pair of surrogates is cut in two.
  return /[\uD800-\uDBFF]/.test(text[limit - 1] ?? '') ? limit - 1 : limit;
}
