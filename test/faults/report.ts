import { appendFileSync, existsSync, readFileSync } from 'node:fs';

import { nameOf } from './cells.js';
import type { CellResult } from './check-cells.js';

/** A line of a report: one cell that was tried. */
interface ReportedCell {
  readonly cell: string;
  readonly end: string;
  readonly violations: readonly string[];
  readonly seed: number;
}

export function appendToReport(file: string, { cell, end, violations }: CellResult, seed: number): void {
  const line: ReportedCell = { cell: nameOf(cell), end, violations, seed };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** Names of the cells that passed when they were last tried; none if there is no report yet. */
export function passedIn(file: string): Set<string> {
  if (!existsSync(file)) return new Set();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReportedCell);
  const last = new Map(lines.map((line) => [line.cell, line.violations.length === 0]));
  return new Set([...last].flatMap(([cell, passed]) => (passed ? [cell] : [])));
}
