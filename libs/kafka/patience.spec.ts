import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { Patience } from './patience.js';

const down = new TransientFailure('down', { reason: 'store-down' });
const waits = new TransientFailure('budget', { reason: 'budget-exhausted', uncounted: true });

describe('Patience', () => {
  it('counts the time since the first try, and starts again after a wait that does not count', async () => {
    let nowMs = 1000;
    const patience = new Patience(() => nowMs);

    nowMs += 500;
    await patience.wait(0, down, AbortSignal.abort());
    expect(patience.triedForMs).toBe(500);

    nowMs += 86_400_000;
    await patience.wait(1, waits, AbortSignal.abort());
    nowMs += 7;

    expect(patience.triedForMs).toBe(7);
  });

  it('finds every failure worth telling, but a wait only when it begins', () => {
    const patience = new Patience(() => 0);

    const told = [down, down, waits, waits, down, waits].map((failure) => patience.isNews(failure));

    expect(told).toEqual([true, true, true, false, true, true]);
  });
});
