/** `text.slice(start, end)` in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const occurrencesMax = 20;
const wordsMax = 120;

/** Where words stand in a text: literally, but a run of spaces or line ends counts as one. Undefined if nowhere. */
export function spanOf(words: string, text: string): Span | undefined {
  return spans(words, text, 1, false)[0];
}

/** Every place where words stand so, up to a bound. */
export function spansOf(words: string, text: string): Span[] {
  return spans(words, text, occurrencesMax, false);
}

/** Every place where a name stands as words of its own, up to a bound. */
export function occurrencesOf(name: string, text: string): Span[] {
  return spans(name, text, occurrencesMax, true);
}

function spans(words: string, text: string, most: number, whole: boolean): Span[] {
  const parts = words.trim().split(/\s+/);
  if (parts[0] === undefined || parts[0] === '' || parts.length > wordsMax) return [];
  if (!text.includes(parts[0])) return [];
  const literal = parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join(String.raw`\s+`);
  const found: Span[] = [];
  for (const match of text.matchAll(new RegExp(literal, 'gu'))) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (!whole || standsAlone(text, span)) found.push(span);
    if (found.length === most) break;
  }
  return found;
}

/** A letter or digit of a script that parts words by blanks: in the others a name stands wherever it is written. */
const parted =
  /(?![\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}])[\p{L}\p{N}]/u;

function standsAlone(text: string, { start, end }: Span): boolean {
  const before = [...text.slice(Math.max(0, start - 2), start)].at(-1) ?? '';
  const after = [...text.slice(end, end + 2)][0] ?? '';
  const [first, last] = [[...text.slice(start, start + 2)][0] ?? '', [...text.slice(end - 2, end)].at(-1) ?? ''];
  return !(parted.test(before) && parted.test(first)) && !(parted.test(after) && parted.test(last));
}
