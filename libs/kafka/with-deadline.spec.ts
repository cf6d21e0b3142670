import { describe, expect, it } from '@jest/globals';

import { withDeadline } from './with-deadline.js';

const never = new AbortController().signal;

function untilAborted(signal: AbortSignal, then: () => Promise<string>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  signal.addEventListener('abort', () => resolve(then()), { once: true });
  return promise;
}

describe('a deadline', () => {
  it('gives the result of work that is done in time', async () => {
    const work = withDeadline(() => Promise.resolve('done'), { deadlineMs: 1000, graceMs: 1000, signal: never });

    await expect(work).resolves.toBe('done');
  });

  it('fails work that stops when told to', async () => {
    const stopping = (signal: AbortSignal): Promise<string> =>
      untilAborted(signal, () => Promise.reject(new TypeError('fetch failed')));

    const work = withDeadline(stopping, { deadlineMs: 5, graceMs: 1000, signal: never });

    await expect(work).rejects.toMatchObject({ kind: 'transient', reason: 'handler-deadline' });
  });

  it('takes a result that comes within the grace', async () => {
    const finishing = (signal: AbortSignal): Promise<string> => untilAborted(signal, () => Promise.resolve('late'));

    const work = withDeadline(finishing, { deadlineMs: 5, graceMs: 1000, signal: never });

    await expect(work).resolves.toBe('late');
  });

  it('calls work stuck that does not end', async () => {
    const work = withDeadline(() => new Promise(() => undefined), { deadlineMs: 5, graceMs: 5, signal: never });

    await expect(work).rejects.toMatchObject({ reason: 'handler-stuck' });
  });

  it('does not wait for work of a lost partition', async () => {
    const owner = new AbortController();
    const work = withDeadline(() => new Promise(() => undefined), {
      deadlineMs: 1e6,
      graceMs: 1e6,
      signal: owner.signal,
    });

    owner.abort();

    await expect(work).rejects.toMatchObject({ reason: 'assignment-lost' });
  });
});
