/** Most characters on either side of the place. */
const reachChars = 200;

/** Where a sentence may end: a full stop, question or exclamation mark before a capital, or an empty line. */
const ends = /[.!?]["”’)\]]*\s+(?=["“‘([]?[\p{Lu}\p{N}])|\n\s*\n/gu;
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

function wordFrom(text: string, at: number): number {
  return at === 0 ? 0 : at + Math.max(0, text.slice(at).search(/\s/));
}

function wordTo(text: string, at: number): number {
  return at === text.length ? at : Math.max(text.slice(0, at).search(/\s\S*$/), 0);
}
