import { setTimeout as pause } from 'node:timers/promises';

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
