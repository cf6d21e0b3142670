import { randomInt } from 'node:crypto';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

import { allCells, cellsNamed, endOf, nameOf } from './cells.js';
import type { CellResult } from './check-cells.js';
import { planWaves } from './plan-waves.js';
import { runWaves } from './run-waves.js';
import { meaningOf } from './meanings.js';
import { appendToReport, passedIn } from './report.js';

const help = `Usage: npm run test:faults -- [options]

Every step fails, every step repeats: a role as a process of its own stops at a point, is killed, refuses or stalls there,
and what the four stores hold in the end is compared with what they held before.
  --only WORDS   comma separated: roles, points, operations (create, update, delete), faults (kill, permanent, stall),
                 deliveries (once, twice); a cell must fit a word of each sort. A name of a cell does as well
  --seed S       of texts and ids (random)
  --list         say what each cell does, and run none
  --bail         stop after the first wave that finds something
  --keep         leave data and logs where they are
  --report FILE  append each cell as a line of JSON
  --resume       leave out the cells that passed according to the report`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    list: { type: 'boolean', default: false },
    bail: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    report: { type: 'string' },
    resume: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const stopped = new AbortController();
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  if (values.help) return say(help);
  if (values.resume && values.report === undefined) throw new RangeError('--resume needs a --report to go on with');
  const passed = values.resume ? passedIn(values.report ?? '') : new Set<string>();
  const chosen = values.only === undefined ? allCells() : cellsNamed(values.only);
  const cells = chosen.filter((cell) => !passed.has(nameOf(cell)));
  if (values.list) {
    for (const cell of cells) say(`${nameOf(cell)}  → ${endOf(cell)}\n    ${meaningOf(cell)}`);
    return say(`${cells.length} cells`);
  }
  const { bail, keep } = values;
  const seed = Number(values.seed);
  const partitions = Math.min(partitionsMax, Math.max(6, cells.length));
  const startedMs = performance.now();
  const waves = planWaves(cells, partitions);
  if (cells.length < chosen.length) say(`${chosen.length - cells.length} of ${chosen.length} cells have passed before`);
  say(`${cells.length} cells in ${waves.length} waves, seed ${seed}, on ${cpus().length} cores; starting services`);
  const results: CellResult[] = [];
  for await (const wave of runWaves(waves, { seed, partitions, bail, keep, say, signal: stopped.signal })) {
    results.push(...wave.cells);
    for (const one of wave.cells) report(one, seed);
    const [tookS, recoveryS] = [wave.tookMs, wave.recoveryMs].map((ms) => (ms / 1000).toFixed(1));
    say(`   ${results.length}/${cells.length}: ${wave.cells.length} cells in ${tookS} s, quiet after ${recoveryS} s`);
  }
  const bad = results.filter(({ violations }) => violations.length > 0);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  say(`${results.length} cells: ${results.length - bad.length} passed, ${bad.length} failed, in ${seconds} s`);
  for (const { cell } of bad) say(again(nameOf(cell), seed));
  process.exitCode = bad.length === 0 && results.length === cells.length ? 0 : 1;
}

/** As many cells as a role has for one fault, so that one wave is enough. */
const partitionsMax = 56;

function again(name: string, seed: number): string {
  return `  npm run test:faults -- --only ${name} --seed ${seed}`;
}

function report({ cell, end, violations }: CellResult, seed: number): void {
  say(`${violations.length === 0 ? 'ok  ' : 'FAIL'} ${nameOf(cell)}: ${end}`);
  for (const line of violations) say(`     ${line}`);
  if (violations.length > 0) say(again(nameOf(cell), seed));
  if (values.report !== undefined) appendToReport(values.report, { cell, end, violations }, seed);
}

process.once('SIGINT', () => stopped.abort());
process.once('SIGTERM', () => stopped.abort());
await main();
process.exit();
