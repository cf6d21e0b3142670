import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { within } from './within.js';

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
