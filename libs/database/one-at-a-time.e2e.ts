import { randomUUID } from 'node:crypto';

import { afterAll, describe, expect, it } from '@jest/globals';

import { testStack } from '../../test/services/addresses.js';
import { createPool, oneAtATime } from './index.js';

const pool = createPool(testStack().postgres, { name: 'one-at-a-time-test', max: 10 });
afterAll(() => pool.end());

describe('work that runs one at a time', () => {
  it('is not begun while such work runs, and is as soon as that has ended', async () => {
    const name = randomUUID();
    const over = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const first = oneAtATime(pool, name, () => {
      begun.resolve();
      return over.promise;
    });
    await begun.promise;

    expect(await oneAtATime(pool, name, () => Promise.resolve('second'))).toBeUndefined();

    over.resolve('first');
    expect(await first).toBe('first');
    expect(await oneAtATime(pool, name, () => Promise.resolve('third'))).toBe('third');
  });

  it('is begun at once after work that failed', async () => {
    const name = randomUUID();
    for (let turn = 0; turn < 50; turn += 1) {
      await expect(oneAtATime(pool, name, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

      expect(await oneAtATime(pool, name, () => Promise.resolve('yes'))).toBe('yes');
    }
  });
});
