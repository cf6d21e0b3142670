import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { cellsNamed, nameOf, type Cell } from './cells.js';
import { appendToReport, passedIn } from './report.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'penstock-report-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a report', () => {
  it('knows the cells that passed when they were last tried', () => {
    const file = join(folder, 'cells.jsonl');
    const [first, second, third] = cellsNamed('ledger,P1,kill,once') as [Cell, Cell, Cell];
    const passed = { end: 'live', violations: [] };
    const failed = { end: 'live', violations: ['I1'] };

    appendToReport(file, { cell: first, ...failed }, 1);
    appendToReport(file, { cell: second, ...passed }, 1);
    appendToReport(file, { cell: third, ...passed }, 1);
    appendToReport(file, { cell: first, ...passed }, 2);
    appendToReport(file, { cell: third, ...failed }, 2);

    expect([...passedIn(file)].toSorted()).toEqual([first, second].map(nameOf).toSorted());
  });

  it('that was never written knows none', () => {
    expect(passedIn(join(folder, 'none')).size).toBe(0);
  });
});
