import { PermanentFailure } from '#failure';

import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { RtfReader } from './rtf-reader.js';

/** Adds paragraphs and tables of rich text to a document. @returns what a reader should know of how it was read. */
export function addRtf(document: DocumentText, rtf: string): string[] {
  const pieces: string[] = [];
  const cells: string[] = [];
  const taken = (): string => pieces.splice(0).join('');
  const reader = new RtfReader({
    text: (text) => pieces.push(text),
    end: (what) => {
      if (what === 'cell') cells.push(taken().trim());
      else if (what === 'row') document.add('table', cells.splice(0).join(' | '));
      else if (cells.length === 0) document.add('paragraph', taken());
    },
  });
  const isWhole = reader.read(rtf);
  document.add('paragraph', [...cells, taken()].join(' '));
  return isWhole ? [] : ['the RTF breaks off; what stands before is read'];
}

/** Rich text: paragraphs and tables row by row. Older bytes are read in the code page that the file names. */
const rtfFormat: Format = {
  parse: (bytes, { cleaning }) => {
    const rtf = bytes.toString('latin1');
    if (!rtf.startsWith('{\\rtf')) throw new PermanentFailure('the file is no RTF', { reason: 'corrupt' });
    const document = new DocumentText(cleaning);
    const warnings = addRtf(document, rtf);
    return { ...document.finish(document.firstHeading()), warnings };
  },
};
export default rtfFormat;
