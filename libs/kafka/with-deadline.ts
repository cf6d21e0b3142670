import { TransientFailure } from '#failure';

export interface DeadlineOptions {
  readonly deadlineMs: number;
  /** How long work that was told to stop may take to do so before it counts as stuck. */
  readonly graceMs: number;
  /** Ends the wait at once, whatever the work does. */
  readonly signal: AbortSignal;
}

export const lostReason = 'assignment-lost';
export const stuckReason = 'handler-stuck';

/**
 * Runs work that may not take longer than its deadline. At the deadline its signal aborts; a result that still comes
 * within the grace counts, because the work may have changed its state to get it.
 * @throws TransientFailure `handler-deadline`, `handler-stuck` if it did not even end when told to,
 *   `assignment-lost` if the outer signal aborted; else what the work throws.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { deadlineMs, graceMs, signal }: DeadlineOptions,
): Promise<T> {
  const deadline = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const late = new TransientFailure(`not done within ${deadlineMs} ms`, { reason: 'handler-deadline' });
  const stuck = new TransientFailure(`not ended ${graceMs} ms after its deadline`, { reason: stuckReason });
  let graceTimer: NodeJS.Timeout | undefined;
  const deadlineTimer = setTimeout(() => {
    graceTimer = setTimeout(() => reject(stuck), graceMs);
    deadline.abort(late);
  }, deadlineMs);
  const lost = (): void => reject(lostAssignment());
  signal.addEventListener('abort', lost, { once: true });
  try {
    if (signal.aborted) throw lostAssignment();
    const run = Promise.resolve(work(AbortSignal.any([signal, deadline.signal])));
    return await Promise.race([
      run.catch((error: unknown) => Promise.reject(deadline.signal.aborted ? late : error)),
      ended,
    ]);
  } finally {
    clearTimeout(deadlineTimer);
    clearTimeout(graceTimer);
    signal.removeEventListener('abort', lost);
  }
}

/** What work of a partition throws that belongs to somebody else by now; nobody retries or reports it. */
export function lostAssignment(): TransientFailure {
  return new TransientFailure('the partition is no longer assigned to this process', { reason: lostReason });
}
