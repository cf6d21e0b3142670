import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 50;
/** The first document on a stack that is cold, beside two others that start, has taken more than 45 s. */
const withinMsDefault = 90_000;

/**
 * Waits until an attempt yields something, however long that takes within the deadline.
 * @throws Error naming what did not come about, with the last error of the attempt as its cause.
 */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined> | T | undefined,
  withinMs = withinMsDefault,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let cause: unknown;
    try {
      const found = await attempt();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`, { cause });
    await pause(pollMs);
  }
}
