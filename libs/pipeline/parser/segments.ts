/** A stretch of the document text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Segmenters copy what they are given, so they are given windows: memory and time stay bounded for any text. */
const windowChars = 16_384;
const sentenceSegmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const graphemeSegmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** More than this many units in one character is no writing but an attack. */
const characterCharsMax = 64;
const wordSegmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** True between the two halves of a surrogate pair. */
function splitsPair(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  const after = text.charCodeAt(index);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}

function windowEnd(text: string, start: number, end: number): number {
  const stop = Math.min(end, start + windowChars);
  return stop < end && splitsPair(text, stop) ? stop - 1 : stop;
}

/** Where the last word of a window starts, so that a sentence longer than the window is not cut inside a word. */
function lastWordStart(window: string): number {
  const last = wordSegmenter.segment(window).containing(window.length - 1);
  return last === undefined || last.index === 0 ? window.length : last.index;
}

function* segments(text: string, { start, end }: Span, segmenter: Intl.Segmenter): Generator<Span> {
  let from = start;
  while (from < end) {
    const stop = windowEnd(text, from, end);
    const window = text.slice(from, stop);
    const indices = [...segmenter.segment(window)].map(({ index }) => index);
    const isLast = stop === end;
    if (!isLast && indices.length === 1) {
      const next = from + (segmenter === sentenceSegmenter ? lastWordStart(window) : window.length);
      yield { start: from, end: next };
      from = next;
      continue;
    }
    // The last segment of a window may go on behind it, so the next window starts with it.
    const complete = isLast ? indices.length : indices.length - 1;
    for (let index = 0; index < complete; index += 1) {
      yield { start: from + (indices[index] ?? 0), end: from + (indices[index + 1] ?? window.length) };
    }
    from = isLast ? end : from + (indices[complete] ?? window.length);
  }
}

/** Writing that has no spaces between its words. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;
/** What ends a word or a sentence stays with it. */
const closing = /[\p{Pe}\p{Pf}\p{Po}]/u;

/** Whether one word may end and another begin at a place without a space. */
function partsWords(text: string, at: number): boolean {
  const [before = '', after = ''] = [text[at - 1], text[at]];
  return (unspaced.test(before) || unspaced.test(after) || /[、。，．！？；：]/u.test(before)) && !closing.test(after);
}

/**
 * Sentences with the white space that follows each, in any language, without gaps. A question mark in an address ends
 * none.
 */
export function* sentences(text: string, span: Span): Generator<Span> {
  let from = span.start;
  for (const { start } of segments(text, span, sentenceSegmenter)) {
    if (start === from || !(/\s/u.test(text[start - 1] ?? '') || partsWords(text, start))) continue;
    yield { start: from, end: start };
    from = start;
  }
  if (from < span.end) yield { start: from, end: span.end };
}

/**
 * Words with the white space before each and the signs around them, without gaps: what stands between spaces, and in
 * writing without spaces what dictionaries say.
 */
export function* words(text: string, span: Span): Generator<Span> {
  let from = span.start;
  let hasWord = false;
  for (const { start, end } of segments(text, span, wordSegmenter)) {
    const isBlank = text.slice(start, end).trim() === '';
    if (hasWord && (isBlank || partsWords(text, start))) {
      yield { start: from, end: start };
      from = start;
      hasWord = false;
    }
    hasWord ||= !isBlank;
  }
  if (from < span.end) yield { start: from, end: span.end };
}

/** The pieces of one overlong word: where signs stand in it, such as in an address. */
export function wordSegments(text: string, span: Span): Generator<Span> {
  return segments(text, span, wordSegmenter);
}

/** Lines with their line breaks, without gaps. */
export function* lines(text: string, { start, end }: Span): Generator<Span> {
  for (let from = start; from < end;) {
    const feed = text.indexOf('\n', from);
    const stop = feed < 0 || feed >= end ? end : feed + 1;
    yield { start: from, end: stop };
    from = stop;
  }
}

/** The end of the last whole character, as a reader sees them, before a place; the place itself if there is none. */
function characterEnd(text: string, from: number, wanted: number): number {
  const window = text.slice(from, wanted + characterCharsMax);
  const at = graphemeSegmenter.segment(window).containing(wanted - from)?.index ?? 0;
  if (at > 0) return from + at;
  return splitsPair(text, wanted) ? wanted - 1 : wanted;
}

/** Equal slices of one overlong word; never inside a character, such as a letter with its accents or a flag. */
export function* slices(text: string, { start, end }: Span, chars: number): Generator<Span> {
  for (let from = start; from < end;) {
    const wanted = Math.min(end, from + Math.max(chars, 2));
    const stop = wanted < end ? characterEnd(text, from, wanted) : wanted;
    yield { start: from, end: stop };
    from = stop;
  }
}
