import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 200;

/**
 * Waits until something is so; asked seldom, since many may be waiting for the same services.
 * @throws Error naming what did not come about.
 */
export async function until(what: string, isSo: () => Promise<boolean> | boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(pollMs);
  }
}
