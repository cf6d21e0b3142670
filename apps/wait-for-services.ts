import { setTimeout as pause } from 'node:timers/promises';

import { classify } from '#failure';
import { backoffMs, defaultRetryPolicy } from '#kafka';
import { loggedFailure, type Log } from '#telemetry';

const patienceMs = 60_000;
const jitter = 1;

/**
 * What a process needs before it works. A service that is away is waited for, up to a minute: to end at once would make
 * a supervisor start the whole program again and again, just when the machine has other things to do.
 * @throws the last failure, if a service is away for longer; at once whatever trying again can't change.
 */
export async function waitForServices<T>(
  work: () => Promise<T>,
  log: Log,
  waitMs: (ms: number) => Promise<unknown> = pause,
): Promise<T> {
  let waitedMs = 0;
  for (let attempt = 0; ; attempt += 1) {
    const startedMs = performance.now();
    try {
      return await work();
    } catch (error) {
      const failure = classify(error);
      waitedMs += performance.now() - startedMs;
      if (failure.kind !== 'transient' || waitedMs >= patienceMs) throw failure;
      log.warn({ attempt, ...loggedFailure(failure) }, 'a service that is needed is waited for');
      const nextMs = backoffMs(defaultRetryPolicy, attempt, jitter);
      await waitMs(nextMs);
      waitedMs += nextMs;
    }
  }
}
