import { PermanentFailure } from '#failure';

import { dateText } from './number-formats.js';
import { cellsMax, type Row } from './rows.js';
import type { Attributes, XmlHandler } from './xml.js';

/** What the cells of all sheets refer to. */
export interface CellTables {
  readonly strings: readonly string[];
  /** For each cell style, whether it shows a date. */
  readonly dates: readonly boolean[];
  readonly is1904: boolean;
}

const columnsMax = 16_384;
const rowsMax = 1_048_576;
/** Digits a double holds for certain; more are noise of its binary form. */
const digitsShown = 15;

/** `BC7` is column 54, from 0. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/u.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** Rows are numbered in the file, but may leave it out; a number that can be none is left out as well. */
function rowNumber(reference: string | undefined): number | undefined {
  const row = Number(reference);
  return Number.isInteger(row) && row >= 1 && row <= rowsMax ? row : undefined;
}

/** Reads one sheet of a workbook as a stream; formulas count by the values they were saved with. */
export class SheetReader implements XmlHandler {
  readonly rows: Row[] = [];
  private cells: string[] = [];
  private row = 0;
  private column = -1;
  private type = 'n';
  private style = 0;
  private value = '';
  private inValue = false;
  private count = 0;

  constructor(private readonly tables: CellTables) {}

  open(name: string, { r, t, s }: Attributes): void {
    if (name === 'row') {
      this.row = rowNumber(r) ?? this.row + 1;
      this.cells = [];
      this.column = -1;
    } else if (name === 'c') {
      this.column = r === undefined ? this.column + 1 : columnOf(r);
      this.type = t ?? 'n';
      this.style = Number(s ?? 0);
      this.value = '';
    }
    this.inValue = name === 'v' || (name === 't' && this.type === 'inlineStr');
  }

  close(name: string): void {
    this.inValue = false;
    if (name === 'c') this.endCell();
    if (name === 'row' && this.cells.length > 0) {
      this.rows.push({ row: this.row, cells: Array.from(this.cells, (cell) => cell ?? '') });
    }
  }

  text(text: string): void {
    if (this.inValue) this.value += text;
  }

  private endCell(): void {
    const shown = this.shown();
    if (shown === '' || this.column < 0 || this.column >= columnsMax) return;
    this.count += Math.max(0, this.column - this.cells.length + 1);
    if (this.count > cellsMax) {
      throw new PermanentFailure(`a sheet has over ${cellsMax} cells`, { reason: 'too-large' });
    }
    this.cells[this.column] = shown;
  }

  private shown(): string {
    const { value, tables } = this;
    if (value === '') return '';
    if (this.type === 's') return tables.strings[Number(value)] ?? '';
    if (this.type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    if (this.type !== 'n') return value;
    const number = Number(value);
    if (tables.dates[this.style] === true) return dateText(number, tables.is1904) ?? value;
    return Number.isFinite(number) ? String(Number(number.toPrecision(digitsShown))) : value;
  }
}
