import type { PenstockFailure } from '#failure';

/** How long to wait between tries; times in milliseconds. */
export interface RetryPolicy {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** Quick enough for a deadlock, slow enough for a store that is being restarted. */
export const defaultRetryPolicy: RetryPolicy = { initialMs: 50, factor: 2, maxMs: 10_000 };

/** Asked-for waits are honoured up to this; more would outlive any deadline unnoticed. */
const retryAfterMsMax = 300_000;

/**
 * Exponential backoff with full jitter, so that many partitions that fail together don't come back together.
 * @param attempt 0 after the first failure.
 * @param jitter a random number in [0, 1).
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(policy: RetryPolicy, attempt: number, jitter: number): number {
  const ceiling = Math.min(policy.maxMs, policy.initialMs * policy.factor ** Math.min(attempt, 64));
  return Math.ceil(ceiling * jitter);
}

/** Wait before the next try of what failed so: at least as long as the other side asked for. */
export function retryDelayMs(policy: RetryPolicy, attempt: number, jitter: number, failure: PenstockFailure): number {
  const asked = Math.min(Math.max(failure.retryAfterMs ?? 0, 0), retryAfterMsMax);
  return asked + backoffMs(policy, attempt, jitter);
}

/** A transient failure that was retried this long is treated as if it were permanent, unless time does not count. */
export function outlived(failure: PenstockFailure, triedForMs: number, deadlineMs: number): boolean {
  return failure.kind === 'transient' && !failure.uncounted && triedForMs >= deadlineMs;
}
