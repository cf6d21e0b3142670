/** Times in milliseconds. */
export interface Times {
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
}

export function timesOf(tookMs: readonly number[]): Times {
  const sorted = [...tookMs].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), count: sorted.length };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
