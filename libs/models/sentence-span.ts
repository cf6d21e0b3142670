/** Most characters on either side of the place. */
const reachChars = 200;

/** Where a sentence may end: a full stop, question or exclamation mark before a capital, or an empty line. */
const ends = /[.!?]["”’)\]]*\s+(?=["“‘([]?[\p{Lu}\p{N}])|\n\s*\n/gu;
/** Those, marks that set words off left aside, and full stops of scripts that set no blank after them. */
const allEnds = new RegExp(String.raw`${ends.source}|[.!?]["”’)\]]*\s+(?=[*_~>\x60#]+\p{Lu})|[。！？؟]+`, 'gu');
/** No short form is as long. */
const shortFormChars = 12;
/** What stands before a full stop that ends nothing: an initial, a title, a legal form or another short form. */
const shortForm =
  /(?:^|[\s(])(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Lt|Sen|Rep|Gov|No|vs|Inc|Corp|Ltd|Co|e\.g|i\.e)\.$/u;

/** The sentence in which a place of a text stands; bounded, and cut between words. May begin or end with blanks. */
export function sentenceSpan(text: string, start: number, end: number): { start: number; end: number } {
  const from = Math.max(0, start - reachChars);
  const to = Math.min(text.length, end + reachChars);
  const stops = [...text.slice(from, to).matchAll(ends)]
    .map(({ 0: mark, index }) => ({ at: from + index + mark.length, before: text.slice(from, from + index + 1) }))
    .filter(({ before }) => !shortForm.test(before));
  const first = stops.findLast(({ at }) => at <= start)?.at ?? wordFrom(text, from);
  const last = stops.find(({ at }) => at >= end)?.at ?? wordTo(text, to);
  return { start: first, end: last };
}

/** All sentences of a text, in order and without gaps. */
export function sentencesIn(text: string): { start: number; end: number }[] {
  const stops = [...text.matchAll(allEnds)]
    .filter(({ index }) => !shortForm.test(text.slice(Math.max(0, index - shortFormChars), index + 1)))
    .map(({ 0: mark, index }) => index + mark.length)
    .filter((at) => at < text.length);
  return [0, ...stops].map((start, at) => ({ start, end: stops[at] ?? text.length }));
}

function wordFrom(text: string, at: number): number {
  return at === 0 ? 0 : at + Math.max(0, text.slice(at).search(/\s/));
}

function wordTo(text: string, at: number): number {
  return at === text.length ? at : Math.max(text.slice(0, at).search(/\s\S*$/), 0);
}
