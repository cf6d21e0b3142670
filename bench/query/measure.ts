import { setTimeout as pause } from 'node:timers/promises';

/** Times in milliseconds. */
export interface Times {
  readonly p50: number;
  readonly p95: number;
  readonly count: number;
}

/** Asks at a steady rate, whether or not earlier questions are answered. */
export async function askSteadily(
  questions: readonly string[],
  perSecond: number,
  ask: (question: string) => Promise<unknown>,
): Promise<number[]> {
  const startedMs = performance.now();
  const asked = questions.map(async (question, index) => {
    const dueMs = startedMs + (index * 1000) / perSecond;
    await pause(Math.max(0, dueMs - performance.now()));
    const sentMs = performance.now();
    await ask(question);
    return performance.now() - sentMs;
  });
  return Promise.all(asked);
}

export function timesOf(tookMs: readonly number[]): Times {
  const sorted = [...tookMs].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), count: sorted.length };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Runs of so many questions each. */
export function blocksOf(questions: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(questions.length / size) }, (_, at) =>
    questions.slice(at * size, (at + 1) * size),
  );
}
