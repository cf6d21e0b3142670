import { describe, expect, it } from '@jest/globals';

import { measureRouting } from '../../bench/quality/routing/measure.js';

describe('the route of a question', () => {
  it.each(['tuning', 'held'] as const)('is right for at least 92 of 100 labelled ones of the %s part', (part) => {
    const { questions, right, wrong } = measureRouting(part);

    expect({ wrong, enough: right / questions >= 0.92 }).toEqual({ wrong: expect.anything(), enough: true });
  });

  it('is found in less than 5 ms', () => {
    expect(measureRouting('tuning').p95Ms).toBeLessThan(5);
  });
});
