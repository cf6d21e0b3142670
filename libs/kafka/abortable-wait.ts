/** Resolves after so many milliseconds, or at once when the signal aborts; the caller looks at the signal. */
export function abortableWait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    resolve();
  };
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end, { once: true });
  return promise;
}

/**
 * Waits for the work, but no longer than the bound; a failure of the work counts as its end.
 * @returns whether the work ended in time.
 */
export async function boundedWait(work: Promise<unknown>, ms: number): Promise<boolean> {
  const over = new AbortController();
  const ended = work.then(
    () => true,
    () => true,
  );
  const late = abortableWait(ms, over.signal).then(() => false);
  const inTime = await Promise.race([ended, late]);
  over.abort();
  return inTime;
}
