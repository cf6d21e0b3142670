import { setTimeout as delay } from 'node:timers/promises';

import { TransientFailure } from '#failure';

export interface Waiting<T> {
  readonly timeoutMs: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** What is waited for, as it was when the time was over; undefined if it was never heard of. */
  readonly late: (last: T | undefined) => string;
  readonly interrupted: string;
}

const firstPollMs = 100;
const pollMsMax = 1000;
const pollGrowth = 1.5;
/** So long the API may be away while something is waited for, as when it is started again. */
const awayMsMax = 60_000;

/**
 * Asks the API, at least once, until the answer is the one that is waited for.
 * @throws TransientFailure if it is not in time, or there is no answer for a minute; what the API refuses as it comes.
 */
export async function askUntil<T>(
  ask: () => Promise<T>,
  isIt: (answer: T) => boolean,
  { timeoutMs, signal, late, interrupted }: Waiting<T>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let answeredMs = performance.now();
  let last: T | undefined;
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMsMax, pollMs * pollGrowth)) {
    const answer = await ask().catch((error: unknown) => {
      if (!(error instanceof TransientFailure) || performance.now() - answeredMs > awayMsMax) throw error;
    });
    if (answer !== undefined) {
      if (isIt(answer)) return answer;
      answeredMs = performance.now();
      last = answer;
    }
    if (signal?.aborted === true) throw new TransientFailure(interrupted, { reason: 'interrupted' });
    if (performance.now() > deadline) throw new TransientFailure(late(last), { reason: 'timeout' });
    await delay(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
