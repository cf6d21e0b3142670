import nlp from 'compromise';

import type { GoldName } from './corpus.js';

interface Found {
  readonly text: string;
  readonly offset: { readonly start: number };
}

const kinds = [
  ['people', 'Person'],
  ['organizations', 'Organization'],
  ['places', 'Location'],
] as const;

/** Names as the library compromise finds them as it comes, without the signs that it takes along at their edges. */
export function compromiseNames(text: string): GoldName[] {
  const document = nlp(text);
  return kinds.flatMap(([kind, type]) =>
    (document[kind]().json({ offset: true }) as Found[]).map(({ text: found, offset }) => {
      const name = found.replace(/^[^\p{L}\p{N}]+/u, '').replace(/(?:['’]s)?[^\p{L}\p{N}]*$/u, '');
      const start = text.indexOf(name, offset.start);
      return { type, start, end: start + name.length };
    }),
  );
}
