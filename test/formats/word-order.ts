/** Words of a text as another program would find them: marks of tables and cuts at line ends don't count. */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .replace(/(\p{Ll})[-\u00ad\u2010]\s*\n\s*(?=\p{Ll})/gu, '$1')
    .replace(/[\u00ad|•‣◦]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => word !== '');
}

/** Length of the longest common subsequence. */
function commonInOrder(a: readonly string[], b: readonly string[]): number {
  let row = new Uint32Array(b.length + 1);
  for (const word of a) {
    const next = new Uint32Array(b.length + 1);
    for (let at = 1; at <= b.length; at += 1) {
      next[at] = word === b[at - 1] ? (row[at - 1] ?? 0) + 1 : Math.max(row[at] ?? 0, next[at - 1] ?? 0);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The share of words that two texts have in common, in order: 1 if they say the same. */
export function agreement(text: string, reference: string): number {
  const [found, expected] = [wordsOf(text), wordsOf(reference)];
  return commonInOrder(found, expected) / Math.max(found.length, expected.length, 1);
}

/** How many words of a beginning do not stand in the whole, in order. */
export function wordsMadeUp(beginning: string, whole: string): number {
  const found = wordsOf(beginning);
  return found.length - commonInOrder(found, wordsOf(whole));
}
