import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { readableLines } from './json-record.js';

/** One JSON value a line: each line a paragraph of `path: value` lines, with the line's number. */
const ndjsonFormat: Format = {
  parse: (bytes, { cleaning }) => {
    const document = new DocumentText(cleaning);
    let row = 0;
    for (const line of cleaning.decodeData(bytes).split('\n')) {
      row += 1;
      if (line.trim() === '') continue;
      const lines = readableLines(line, `line ${row}`, cleaning);
      document.add('paragraph', lines.join('\n'), undefined, { rows: lines.map(() => row) });
    }
    return document.finish();
  },
};
export default ndjsonFormat;
