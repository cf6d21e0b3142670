import { parse } from 'csv-parse/sync';

import { PermanentFailure } from '#failure';

import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { addRows, cellsMax } from './rows.js';

const delimiters = ['\t', ';', ',', '|'];
const sampleChars = 16 * 1024;

/** The delimiter that most lines hold equally often; a comma if none does. */
export function delimiterOf(text: string): string {
  const sample = text.slice(0, sampleChars).replace(/"[^"]*"/gu, '""');
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  const scored = delimiters.map((delimiter) => {
    const counts = lines.slice(0, 50).map((line) => line.split(delimiter).length - 1);
    const first = counts[0] ?? 0;
    return { delimiter, score: first === 0 ? 0 : counts.filter((count) => count === first).length * 100 + first };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score === 0 ? ',' : best.delimiter;
}

/** Excel's own first line, which is no row but says what parts the values. */
const declaration = /^sep=([^\n])(?=\n)/iu;

/** A quote that never closes would swallow all rows behind it: then quotes are letters like others. */
function recordsOf(given: string): { records: string[][]; warnings: string[] } {
  // Its line stays, so that rows keep their numbers.
  const text = given.replace(declaration, '');
  const options = {
    delimiter: declaration.exec(given)?.[1] ?? delimiterOf(text),
    relax_quotes: true,
    relax_column_count: true,
  };
  try {
    return { records: parse(text, options), warnings: [] };
  } catch {
    const warnings = ['a quote never closes; quotes were read as ordinary characters'];
    return { records: parse(text, { ...options, quote: false }), warnings };
  }
}

/** Comma, semicolon, tab or bar separated values: each row as `column: value`, with its number. */
const csvFormat: Format = {
  parse: (bytes, { cleaning }) => {
    const text = cleaning.decode(bytes);
    const { records, warnings } = recordsOf(text);
    let cells = 0;
    for (const record of records) cells += record.length;
    if (cells > cellsMax) {
      throw new PermanentFailure(`the table has over ${cellsMax} cells`, { reason: 'too-large' });
    }
    const document = new DocumentText(cleaning);
    const numbered = records.map((record, index) => ({ row: index + 1, cells: record }));
    const from = numbered.findIndex((record) => record.cells.some((cell) => cell.trim() !== ''));
    addRows(document, from < 0 ? [] : numbered.slice(from));
    return { ...document.finish(), warnings };
  },
};
export default csvFormat;
