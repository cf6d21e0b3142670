import { PermanentFailure } from '#failure';
import type { RecordValue } from '#records';

import { Cleaning } from './cleaning.js';

/** Deeper JSON is no record but an attack on whoever walks it. */
const depthMax = 100;

/** A value and the path that is written before it. */
export interface RecordLine {
  readonly path: readonly (string | number)[];
  /** `customer.name: `, or nothing if the value stands alone. */
  readonly shown: string;
  readonly value: string;
}

/** The values of a JSON value in document order; empty ones and null say nothing. */
export function* recordLines(
  value: unknown,
  cleaning: Cleaning,
  path: readonly (string | number)[] = [],
): Generator<RecordLine> {
  if (path.length > depthMax)
    throw new PermanentFailure(`JSON is nested over ${depthMax} levels`, { reason: 'corrupt' });
  if (typeof value !== 'object' || value === null) {
    const shown = path.length === 0 ? '' : cleaning.text(`${shownPath(path)}: `);
    if (value !== null && value !== '') yield { path, shown, value: cleaning.text(String(value)) };
    return;
  }
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value))
    yield* recordLines(inner, cleaning, [...path, isList ? Number(key) : key]);
}

/** The lines of one block of a record's text. */
export function linesText(lines: Iterable<RecordLine>): string {
  return Array.from(lines, ({ shown, value }) => `${shown}${value}`).join('\n');
}

/** The top of a JSON value, each entry a block of the text. */
export function recordBlocks(value: unknown): [path: (string | number)[], inner: unknown][] {
  if (typeof value !== 'object' || value === null) return [[[], value]];
  return Object.entries(value).map(([key, inner]) => [[Array.isArray(value) ? Number(key) : key], inner]);
}

/**
 * Where each value of a record stands in the record's text. The text is that of `linesText` for each block, trimmed, a
 * blank line between them; blank blocks are left out.
 */
export function recordValues(record: unknown): RecordValue[] {
  const values: RecordValue[] = [];
  const cleaning = new Cleaning();
  let start = 0;
  for (const [path, inner] of recordBlocks(record)) {
    const lines = [...recordLines(inner, cleaning, path)];
    const block = linesText(lines);
    if (block.trim() === '') continue;
    const end = start + block.trim().length;
    let at = start - (block.length - block.trimStart().length);
    for (const line of lines) {
      const from = Math.max(at + line.shown.length, start);
      at += line.shown.length + line.value.length;
      const to = Math.min(at, end);
      const text = line.value.slice(0, to - from);
      if (to > from && line.value.length >= to - from) values.push({ path: line.path, text, start: from, end: to });
      at += 1;
    }
    start = end + 2;
  }
  return values;
}

function shownPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((shown, step) => {
    if (typeof step === 'number') return `${shown}[${step}]`;
    return shown === '' ? step : `${shown}.${step}`;
  }, '');
}
