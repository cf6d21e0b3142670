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
  // An error costs as much as a small batch: it is made when it is needed.
  let late: TransientFailure | undefined;
  let graceTimer: NodeJS.Timeout | undefined;
  const deadlineTimer = setTimeout(() => {
    late = new TransientFailure(`not done within ${deadlineMs} ms`, { reason: 'handler-deadline' });
    const stuck = `not ended ${graceMs} ms after its deadline`;
    graceTimer = setTimeout(() => reject(new TransientFailure(stuck, { reason: stuckReason })), graceMs);
    deadline.abort(late);
  }, deadlineMs);
  const lost = (): void => reject(lostAssignment());
  signal.addEventListener('abort', lost, { once: true });
  try {
    if (signal.aborted) throw lostAssignment();
    const run = Promise.resolve(work(AbortSignal.any([signal, deadline.signal])));
    return await Promise.race([run.catch((error: unknown) => Promise.reject(late ?? error)), ended]);
  } finally {
    clearTimeout(deadlineTimer);
    clearTimeout(graceTimer);
    signal.removeEventListener('abort', lost);
  }
}

/**
 * Waits for work for as long as the signal is not aborted; what becomes of it then is nobody's.
 * @throws TransientFailure `assignment-lost`; else what the work throws.
 */
export async function whileAssigned(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const lost = (): void => reject(lostAssignment());
  work.catch(() => undefined);
  if (signal.aborted) throw lostAssignment();
  signal.addEventListener('abort', lost, { once: true });
  await Promise.race([work, ended]).finally(() => signal.removeEventListener('abort', lost));
}

/** What work of a partition throws that belongs to somebody else by now; nobody retries or reports it. */
export function lostAssignment(): TransientFailure {
  return new TransientFailure('the partition is no longer assigned to this process', { reason: lostReason });
}
