import { encodingInXml } from './declared-encoding.js';
import type { Block } from './document-text.js';
import type { Format } from './format.js';

/** Paragraphs are what blank lines part; found one by one, since a large text can have millions. */
function* paragraphs(text: string): Generator<Block> {
  const blankLines = /\n[^\S\n]*\n\s*/gu;
  let start = 0;
  for (const gap of text.matchAll(blankLines)) {
    if (gap.index > start) yield { kind: 'paragraph', start, end: gap.index };
    start = gap.index + gap[0].length;
  }
  if (start < text.length) yield { kind: 'paragraph', start, end: text.length };
}

/** Plain text and everything that reads well as such. */
const textFormat: Format = {
  parse: (bytes, { cleaning }) => {
    const text = cleaning.decode(bytes, encodingInXml(bytes));
    return { text, blocks: { [Symbol.iterator]: () => paragraphs(text) } };
  },
};
export default textFormat;
