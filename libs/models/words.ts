/** Too common to tell texts apart. Short on purpose: `not`, `who` and the like can matter in a query. */
const stopWords = new Set(
  'a an the and or of to in on at by for from with as is are was were be been it its this that these those'.split(' '),
);

/** The locale is fixed so that every machine cuts alike. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** Words of a text for matching: NFKC, lower case, without stop words unless there is nothing else. */
export function contentWords(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC').toLowerCase())) {
    if (isWordLike) words.push(segment);
  }
  const content = words.filter((word) => !stopWords.has(word));
  return content.length > 0 ? content : words;
}

/** 32-bit FNV-1a over UTF-16 units, then the finaliser of MurmurHash3, so that near words fall far apart. */
export function hashOfTerm(term: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < term.length; at += 1) {
    hash ^= term.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
