import iconv from 'iconv-lite';

import { wideEncoding } from './decode-text.js';

/** As much of a document as anybody looks at to say what it is. */
export const headBytes = 4096;

/** How a document starts, as formats look at it to know their own. */
export interface TextStart {
  /** The first bytes as text, in the encoding that they show; letters beyond ASCII may be wrong. */
  readonly head: string;
  /** The same without white space, XML's declaration and comments before it. */
  readonly text: string;
  /** Whether there is no more than that. */
  readonly isWhole: boolean;
}

const before = /^\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)*/u;

/** @param bytes a document, or the first bytes of one. */
export function textStart(bytes: Buffer): TextStart {
  const first = bytes.subarray(0, headBytes);
  const wide = wideEncoding(first);
  const decoded = wide === undefined ? first.toString('latin1') : iconv.decode(first, wide);
  const head = decoded.replace(/^(?:\ufeff|\xef\xbb\xbf)/u, '');
  return { head, text: head.replace(before, ''), isWhole: bytes.length < headBytes };
}
