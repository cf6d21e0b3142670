import { TransientFailure } from '#failure';

const isOver = new TransientFailure('it has come, or had its time', { reason: 'aborted' });

/**
 * What work comes to, unless it takes too long; what it comes to after that is dropped.
 * @throws TransientFailure `too-slow` when the time is over, `aborted` once nobody waits for it; else as the work does.
 */
export async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new TransientFailure('nobody waits for it any more', { reason: 'aborted' }));
  const giveUp = (): void => reject(new TransientFailure(`no answer within ${ms} ms`, { reason: 'too-slow' }));
  const timer = setTimeout(giveUp, ms).unref();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** The same of work that heeds a signal, which tells it to stop then. @throws as `within`. */
export async function stoppedAfter<T>(
  work: (signal: AbortSignal) => Promise<T>,
  ms: number,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  try {
    return await within(work(AbortSignal.any([signal, over.signal])), ms, signal);
  } finally {
    over.abort(isOver);
  }
}
