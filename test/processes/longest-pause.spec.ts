import { describe, expect, it } from '@jest/globals';

import { longestPauseMs } from './longest-pause.js';

const waits = (...pairs: [sinceMs: number, doneMs: number][]) =>
  pairs.map(([sinceMs, doneMs]) => ({ sinceMs, doneMs }));

describe('the longest pause', () => {
  it('is none where there was no work', () => {
    expect(longestPauseMs([])).toBe(0);
  });

  it('is the time between two ends while something waited', () => {
    expect(longestPauseMs(waits([0, 10], [0, 40], [5, 45]))).toBe(30);
  });

  it('begins when the first work came, if nothing waited before', () => {
    expect(longestPauseMs(waits([0, 10], [90, 100], [95, 102]))).toBe(10);
  });

  it('is as long as the oldest work waited, whatever younger work there is', () => {
    expect(longestPauseMs(waits([0, 10], [50, 100], [60, 90]))).toBe(40);
  });

  it('counts work that is done out of turn', () => {
    expect(longestPauseMs(waits([0, 100], [0, 10], [0, 20]))).toBe(80);
  });
});
