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

/** Sentences with the white space that follows each, in any language, without gaps. */
export function sentences(text: string, span: Span): Generator<Span> {
  return segments(text, span, sentenceSegmenter);
}

/** Words with the white space before each, without gaps; also in languages that write no spaces. */
export function* words(text: string, span: Span): Generator<Span> {
  let blankFrom: number | undefined;
  for (const { start, end } of segments(text, span, wordSegmenter)) {
    const isBlank = text.slice(start, end).trim() === '';
    if (isBlank) {
      blankFrom ??= start;
      continue;
    }
    yield { start: blankFrom ?? start, end };
    blankFrom = undefined;
  }
  if (blankFrom !== undefined) yield { start: blankFrom, end: span.end };
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
