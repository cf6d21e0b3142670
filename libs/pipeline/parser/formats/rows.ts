import type { Cleaning } from './cleaning.js';
import type { DocumentText } from './document-text.js';

/** A row of a table that has a number in its source, from 1. */
export interface Row {
  readonly row: number;
  readonly cells: readonly string[];
}

/** Tables with more cells than this are data for a database, not text for a reader. */
export const cellsMax = 5_000_000;

const isNumeric = (cell: string): boolean => /^[\s\d.,:%€$£+-]*$/u.test(cell);

/** The first row, if it names the columns: words, each different, over at least one row more. */
function headerOf(rows: readonly Row[]): readonly string[] | undefined {
  const cells = rows[0]?.cells.map((cell) => cell.trim());
  if (cells === undefined || rows.length < 2 || cells.length < 2) return undefined;
  const named = cells.filter((cell) => cell !== '');
  const differ = new Set(named).size === named.length;
  return differ && named.length > cells.length / 2 && !named.some(isNumeric) ? cells : undefined;
}

/** `name: value` for each filled cell, so that a row can be understood far below its header. */
function lineOf(cells: readonly string[], header: readonly string[] | undefined, cleaning: Cleaning): string {
  // A cell stands on one line: line breaks would be rows.
  const shown = (cell: string): string => cleaning.text(cell).replace(/\s+/gu, ' ').trim();
  const filled = cells.map((cell, index) => [shown(header?.[index] ?? ''), shown(cell)] as const);
  return filled
    .filter(([, value]) => value !== '')
    .map(([name, value]) => (name === '' ? value : `${name}: ${value}`))
    .join(' | ');
}

/** Adds rows as one table, a line each; blank rows are left out and leave their numbers to nobody. */
export function addRows(document: DocumentText, rows: readonly Row[], sheet?: string): void {
  const header = headerOf(rows);
  const lines: string[] = [];
  const numbers: number[] = [];
  for (const { row, cells } of header === undefined ? rows : rows.slice(1)) {
    const line = lineOf(cells, header, document.cleaning);
    if (line === '') continue;
    lines.push(line);
    numbers.push(row);
  }
  document.add('table', lines.join('\n'), undefined, { ...(sheet === undefined ? {} : { sheet }), rows: numbers });
}
