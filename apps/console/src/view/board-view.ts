import type { Board, BoardStage } from '../api/types.js';

/** Rows of the board: documents go through the first from left to right, then through the second. */
const rows = [
  { title: 'On their way', roles: ['stager', 'parser', 'extractor', 'embedder'] },
  { title: 'Into the stores', roles: ['writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis'] },
  { title: 'Beside them', roles: ['ledger', 'janitor', 'dead-letters'] },
] as const;
const seen = 60;

/** How a stage is doing, in a word. */
export type Health = 'stopped' | 'behind' | 'working' | 'idle';

/** The rates of each role that were seen last, oldest first. */
export type Rates = Readonly<Record<string, readonly number[]>>;

export interface StageRow {
  readonly title: string;
  readonly stages: readonly BoardStage[];
}

/** Stages row by row; a role that a row does not name is left out. Pure, like all of this file. */
export function stageRows({ stages }: Board): StageRow[] {
  const find = (name: string): BoardStage[] => (stages ?? []).filter(({ role }) => role === name);
  return rows.map(({ title, roles }) => ({ title, stages: roles.flatMap(find) }));
}

/** A role that nobody runs is stopped even if nothing waits for it yet: what comes next would wait. */
export function healthOf({ instances, lag, eventsPerSecond }: BoardStage): Health {
  if (instances === 0) return 'stopped';
  if (eventsPerSecond > 0) return 'working';
  return lag > 0 ? 'behind' : 'idle';
}

export function nextRates(rates: Rates, { stages }: Board): Rates {
  return Object.fromEntries(
    (stages ?? []).map(({ role, eventsPerSecond }) => [role, [...(rates[role] ?? []), eventsPerSecond].slice(-seen)]),
  );
}

/** Points of a line that goes through the rates, the newest at the right end; they fit a box of this size. */
export function linePoints(rates: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...rates);
  const step = width / (seen - 1);
  return rates
    .map((rate, i) => {
      const x = width - (rates.length - 1 - i) * step;
      return `${x.toFixed(1)},${(height - 1 - (rate / most) * (height - 2)).toFixed(1)}`;
    })
    .join(' ');
}

/** Shares of the newest ingestions by how they ended, as parts of one. */
export function outcomeShares(recent: Readonly<Record<string, number>>): { status: string; share: number }[] {
  const total = Object.values(recent).reduce((sum, count) => sum + count, 0);
  return Object.entries(recent)
    .map(([status, count]) => ({ status, share: total === 0 ? 0 : count / total }))
    .sort((a, b) => b.share - a.share);
}
