import { describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';

import { backoffMs, defaultRetryPolicy, outlived, retryDelayMs } from './retry-policy.js';

describe('retry policy', () => {
  it('doubles from 50 ms to 10 s', () => {
    const ceilings = [0, 1, 2, 7, 8, 500].map((attempt) => backoffMs(defaultRetryPolicy, attempt, 1));

    expect(ceilings).toEqual([50, 100, 200, 6400, 10_000, 10_000]);
  });

  it('spreads waits over the whole range by the jitter', () => {
    expect(backoffMs(defaultRetryPolicy, 3, 0)).toBe(0);
    expect(backoffMs(defaultRetryPolicy, 3, 0.5)).toBe(200);
  });

  it('waits at least as long as the other side asked', () => {
    const failure = new TransientFailure('429', { retryAfterMs: 2000 });

    expect(retryDelayMs(defaultRetryPolicy, 0, 0, failure)).toBe(2000);
    expect(retryDelayMs(defaultRetryPolicy, 0, 1, failure)).toBe(2050);
  });

  it('ends the patience with a transient failure at the deadline, and only with that', () => {
    expect(outlived(new TransientFailure('down'), 999, 1000)).toBe(false);
    expect(outlived(new TransientFailure('down'), 1000, 1000)).toBe(true);
    expect(outlived(new PermanentFailure('refused'), 5000, 1000)).toBe(false);
  });

  it('has no end of patience where time does not count', () => {
    expect(outlived(new TransientFailure('no budget', { uncounted: true }), 5000, 1000)).toBe(false);
  });
});
