import { totalMs } from '../stack/cpu-times.js';
import type { Flat } from './flat.js';
import type { Idle } from './idle.js';
import type { Latency } from './latency.js';
import type { PromiseCost } from './promise.js';
import type { ReportLine } from './report.js';
import type { ScaleOut } from './scale-out/measure.js';
import type { Throughput } from './throughput.js';

type Cell = string | number | undefined;

/** A Markdown table. */
function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const fixed = (digits: number) => (value: number | undefined) => (value === undefined ? '' : value.toFixed(digits));
const [whole, one, two] = [fixed(0), fixed(1), fixed(2)];

/** What one line of a report says, as Markdown. */
export function tableOf({ part, at, commit, machine, load, options, result }: ReportLine): string {
  const about = `${at.slice(0, 16)}Z, commit ${commit}, ${machine}; load ${load.map(one).join(' to ')}`;
  return `**${part}** (${about}; ${options.dimensions} dimensions)\n\n${tables[part](result as never)}\n`;
}

export const tables = {
  throughput: throughputTables,
  latency: latencyTables,
  flat: flatTables,
  'scale-out': scaleOutTables,
  promise: promiseTable,
  idle: idleTable,
} as const;

function throughputTables({ pipeline, ceiling, share }: Throughput): string {
  const names = [...new Set([...Object.keys(pipeline.cpuMs), ...Object.keys(ceiling.cpuMs)])];
  const paces = [
    ['documents', pipeline.documents, ceiling.documents],
    ['documents a second', one(pipeline.perSecond), one(ceiling.perSecond)],
  ];
  const cpu = names.map((name) => [name, two(pipeline.cpuMs[name]), two(ceiling.cpuMs[name])]);
  const total = ['all', two(totalMs(pipeline.cpuMs)), two(totalMs(ceiling.cpuMs))];
  return [
    table(['', 'pipeline', 'ceiling'], paces),
    `\n${whole(share * 100)} % of the ceiling.\n`,
    table(['CPU ms a document', 'pipeline', 'ceiling'], [...cpu, total]),
  ].join('\n');
}

function latencyTables({ live, accepted, hops, stores }: Latency): string {
  const ways = [{ name: 'request to 202', times: accepted }, { name: '202 to live', times: live }, ...hops];
  return [
    table(
      ['ms', 'p50', 'p95'],
      ways.map(({ name, times }) => [name, whole(times.p50), whole(times.p95)]),
    ),
    '',
    table(
      ['ms at p50 (p95)', 'last part to pending', 'fourth receipt to live'],
      stores.map(({ name, pending, promoted }) => [
        name,
        `${whole(pending.p50)} (${whole(pending.p95)})`,
        `${whole(promoted.p50)} (${whole(promoted.p95)})`,
      ]),
    ),
  ].join('\n');
}

function flatTables({ windows, big }: Flat): string {
  const [first] = windows;
  const roles = Object.keys(first?.memoryMib ?? {});
  return [
    table(
      ['documents stored', 'documents a second', 'time against the first', 'CPU ms a document'],
      windows.map(({ stored, pace }) => {
        const ratio = (first?.pace.perSecond ?? NaN) / pace.perSecond;
        return [stored, one(pace.perSecond), two(ratio), one(totalMs(pace.cpuMs))];
      }),
    ),
    '',
    table(
      ['MiB held', ...windows.map(({ stored }) => `at ${stored}`), `at most, with ${big.chunks} chunks`],
      roles.map((role) => [role, ...windows.map(({ memoryMib }) => whole(memoryMib[role])), whole(big.peakMib[role])]),
    ),
    `\nThe document of ${big.chunks} chunks took ${one(big.seconds)} s. Small ones: p50 ${whole(big.before.p50)} ms and ` +
      `p95 ${whole(big.before.p95)} ms before it, ${whole(big.beside.p50)} and ${whole(big.beside.p95)} beside it.`,
  ].join('\n');
}

function scaleOutTables({ workMs, events, cores, rounds, rebalances }: ScaleOut): string {
  return [
    `${events} documents of ${workMs} ms each, ${cores} cores.\n`,
    table(
      ['stand-in', 'instances', 'documents a second', 'efficiency'],
      rounds.map(({ kind, instances, perSecond, efficiency }) => [
        ...[kind, instances, one(perSecond), `${whole(efficiency * 100)} %`],
      ]),
    ),
    '',
    table(
      ['rebalance', 'longest time without output, ms', 'before', 'handled twice'],
      rebalances.map(({ what, gapMs, steadyGapMs, repeated }) => [what, whole(gapMs), whole(steadyGapMs), repeated]),
    ),
  ].join('\n');
}

function promiseTable({ documents, batch, stores }: PromiseCost): string {
  const ratio = (way: 'ms' | 'cpuMs', some: PromiseCost['stores']): string =>
    two(
      some.reduce((sum, cost) => sum + cost.promised[way], 0) / some.reduce((sum, cost) => sum + cost.direct[way], 0),
    );
  const rows = stores.map((cost) => [
    ...[cost.store, two(cost.direct.ms), two(cost.promised.ms), ratio('ms', [cost])],
    ...[two(cost.direct.cpuMs), two(cost.promised.cpuMs), ratio('cpuMs', [cost])],
  ]);
  return [
    `${documents} documents in batches of ${batch}, one store after the other.\n`,
    table(
      ['ms a document', 'direct', 'pending + promote', 'ratio', 'CPU direct', 'CPU pending + promote', 'ratio'],
      [...rows, ['all', '', '', ratio('ms', stores), '', '', ratio('cpuMs', stores)]],
    ),
  ].join('\n');
}

function idleTable({ startSeconds, togetherPercent, eachPercent, seconds }: Idle): string {
  return table(
    ['', ''],
    [
      ['start of `penstock run`, all roles, s', one(startSeconds)],
      [`CPU of all roles in one process, % of a core over ${seconds} s`, one(togetherPercent)],
      ['the same, a process each', one(eachPercent)],
    ],
  );
}
