import { cleanText, decodeText } from './decode-text.js';
import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { readableLines } from './json-record.js';

/** One JSON value a line: each line a paragraph of `path: value` lines, with the line's number. */
const ndjsonFormat: Format = {
  parse: (bytes) => {
    const document = new DocumentText();
    let row = 0;
    for (const line of decodeText(bytes).split('\n')) {
      row += 1;
      if (line.trim() === '') continue;
      const lines = readableLines(line, `line ${row}`);
      document.add('paragraph', cleanText(lines.join('\n')), undefined, { rows: lines.map(() => row) });
    }
    return document.finish();
  },
};
export default ndjsonFormat;
