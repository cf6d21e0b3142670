import type { TrialResult } from './trial.js';

/** What a whole run comes to. Times in milliseconds. */
export interface Summary {
  readonly trials: number;
  readonly violated: number;
  readonly violations: number;
  readonly operations: Readonly<Record<'ok' | 'fail' | 'info', number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly looks: number;
  /** By what was looked at. */
  readonly failedLooks: Readonly<Record<string, number>>;
  readonly deaths: number;
  readonly deadLetters: number;
  readonly poisoned: number;
  readonly replays: number;
  /** Faults that were carried out, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly recoveryMs: { readonly p50: number; readonly p95: number; readonly max: number };
}

/** Pure. */
export function summarize(results: readonly Omit<TrialResult, 'bystander'>[]): Summary {
  const done = results.flatMap(({ faults }) => faults.filter(({ outcome }) => outcome === 'done'));
  const recovered = results.map(({ recoveryMs }) => recoveryMs).sort((a, b) => a - b);
  const sum = (of: (result: (typeof results)[number]) => number): number =>
    results.reduce((total, one) => total + of(one), 0);
  return {
    trials: results.length,
    violated: results.filter(({ violations }) => violations.length > 0).length,
    violations: sum(({ violations }) => violations.length),
    operations: {
      ok: sum(({ operations }) => operations.ok),
      fail: sum(({ operations }) => operations.fail),
      info: sum(({ operations }) => operations.info),
    },
    statuses: total(results.map(({ statuses }) => statuses)),
    looks: sum(({ looks }) => looks),
    failedLooks: total(results.map(({ failedLooks }) => failedLooks)),
    deaths: sum(({ deaths }) => deaths),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    poisoned: sum(({ poisoned }) => poisoned),
    replays: results.filter(({ replayed }) => replayed).length,
    faults: total(done.map(({ kind }) => ({ [kind]: 1 }))),
    recoveryMs: {
      p50: percentile(recovered, 0.5),
      p95: percentile(recovered, 0.95),
      max: percentile(recovered, 1),
    },
  };
}

/** The least value that so large a share of a sorted list does not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function total(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((one) => Object.entries(one))) sums[name] = (sums[name] ?? 0) + count;
  return Object.fromEntries(Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One line on a trial, then one for each thing it found. */
export function trialLines(result: TrialResult): string {
  const { seed, faults, operations, looks, failedLooks, statuses } = result;
  const { recoveryMs, waitedFor, trialMs, replayed, violations } = result;
  const done = faults.filter(({ outcome }) => outcome === 'done');
  const named = done.map(({ kind, victim }) => (kind.endsWith(victim) || victim === '' ? kind : `${kind}: ${victim}`));
  const ends = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  const missed = Object.entries(failedLooks).map(([what, times]) => `${times} at ${what}`);
  return [
    `seed ${seed}: ${violations.length === 0 ? 'nothing found' : `${violations.length} VIOLATIONS`}; ` +
      `recovered in ${(recoveryMs / 1000).toFixed(1)} s, ${(trialMs / 1000).toFixed(1)} s in all; ` +
      `ok ${operations.ok}, fail ${operations.fail}, info ${operations.info}; ${ends.join(', ')}; ` +
      `${looks} looks${missed.length === 0 ? '' : `, failed ${missed.join(', ')}`}; ` +
      `${named.join(', ') || 'no fault'}${replayed ? '; replayed' : ''}` +
      (waitedFor === '' ? '' : `; waited for ${waitedFor.replaceAll('\n', '; ')}`),
    ...violations.map((line) => `  VIOLATION ${line}`),
  ].join('\n');
}
