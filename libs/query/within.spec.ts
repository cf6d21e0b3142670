import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { stoppedAfter, within } from './within.js';

const never = new Promise<never>(() => undefined);
const unheard = new AbortController().signal;

describe('work that may take only so long', () => {
  it('comes to what it comes to in time', async () => {
    expect(await within(Promise.resolve('done'), 60_000, unheard)).toBe('done');
    await expect(within(Promise.reject(new Error('refused')), 60_000, unheard)).rejects.toThrow('refused');
  });

  it('is given up once it takes longer', async () => {
    await expect(within(never, 5, unheard)).rejects.toMatchObject({ kind: 'transient', reason: 'too-slow' });
  });

  it('is given up once nobody waits for it', async () => {
    const asker = new AbortController();
    const answer = within(never, 60_000, asker.signal);
    asker.abort();

    await expect(answer).rejects.toMatchObject({ kind: 'transient', reason: 'aborted' });
    await expect(within(never, 60_000, asker.signal)).rejects.toMatchObject({ reason: 'aborted' });
  });

  it('may fail after that, and nobody minds', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    await expect(within(promise, 1, unheard)).rejects.toMatchObject({ reason: 'too-slow' });

    reject(new Error('at last'));
    await nextTurn();

    await expect(promise).rejects.toThrow('at last');
  });
});

describe('work that heeds a signal', () => {
  it.each([
    ['its time is over', 5, unheard],
    ['nobody waits for it', 60_000, AbortSignal.abort()],
  ])('is told to stop when %s', async (_, ms, asker) => {
    let told: AbortSignal | undefined;
    const work = (signal: AbortSignal): Promise<never> => {
      told = signal;
      return never;
    };

    await expect(stoppedAfter(work, ms, asker)).rejects.toMatchObject({ kind: 'transient' });

    expect(told?.aborted).toBe(true);
  });

  it('is not told so before', async () => {
    const done = await stoppedAfter((signal) => Promise.resolve(signal.aborted), 60_000, unheard);

    expect(done).toBe(false);
  });
});
