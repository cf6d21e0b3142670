import { describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import { topics } from '#events';

import { mostBudgetWaitMs, requireBudgetWaitsToEnd } from './budget-wait.js';
import { createPlatform } from './platform.js';

describe('the time for which documents wait for a budget', () => {
  it('ends at both stages that pay before any topic loses what waits', () => {
    const { budgetWaitMsMax } = loadConfig({});

    expect(() => requireBudgetWaitsToEnd({ budgetWaitMsMax })).not.toThrow();
    for (const { retentionMs } of [topics.parsed, topics.extracted, topics.saga])
      expect(2 * mostBudgetWaitMs()).toBeLessThan(retentionMs);
  });

  it('is refused by every process if it is longer than that', () => {
    const start = (): unknown => createPlatform(loadConfig({ PENSTOCK_BUDGET_WAIT_MAX: '4d' }), 'test');

    expect(start).toThrow('PENSTOCK_BUDGET_WAIT_MAX: must be at most 3d');
  });
});
