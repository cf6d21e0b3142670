/** One piece of work: since when it waited, and when it was done. */
export interface Wait {
  readonly sinceMs: number;
  readonly doneMs: number;
}

/** The longest time in which something waited all along and nothing was done. */
export function longestPauseMs(waits: readonly Wait[]): number {
  const byEnd = [...waits].sort((a, b) => a.doneMs - b.doneMs);
  // Of each and all that were done after it: since when the first of them waited.
  const waitingSince: number[] = [];
  for (let i = byEnd.length - 1; i >= 0; i -= 1) {
    waitingSince[i] = Math.min(byEnd[i]?.sinceMs ?? Infinity, waitingSince[i + 1] ?? Infinity);
  }
  const pauses = byEnd.map(({ doneMs }, i) => doneMs - Math.max(byEnd[i - 1]?.doneMs ?? 0, waitingSince[i] ?? doneMs));
  return Math.max(0, ...pauses);
}
