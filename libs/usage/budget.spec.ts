import { describe, expect, it } from '@jest/globals';

import { budgetText, exhausted, monthStartMs, parseBudget, periodEndMs } from './budget.js';
import { costUsd, pricesWith } from './prices.js';

describe('budgets', () => {
  it('are read as they are written', () => {
    const texts = ['20usd/month', '0.5usd/day', '1000000tokens/day'];

    expect(texts.map((text) => budgetText(parseBudget(text)))).toEqual(texts);
    for (const bad of ['20', '20eur/month', '-1usd/day', '5usd/week', '1e9tokens/day']) {
      expect(() => parseBudget(bad)).toThrow(/must be a budget such as/);
    }
  });

  it('of a month begin with the month of UTC', () => {
    const started = [Date.UTC(2026, 11, 31, 23, 59), Date.UTC(2027, 0, 1)].map(monthStartMs);

    expect(started).toEqual([Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)]);
  });

  it('are used up when what was spent reaches them, each in its period', () => {
    const spent = { day: { tokens: 10, usd: 1, unpriced: 0 }, month: { tokens: 100, usd: 9, unpriced: 0 } };
    const used = (text: string): boolean => exhausted([parseBudget(text)], spent) !== undefined;

    expect(['10tokens/day', '11tokens/day', '9usd/month', '9.01usd/month', '0usd/day'].map(used)).toEqual([
      ...[true, false, true, false, true],
    ]);
  });

  it('begin anew with the day and the month of UTC', () => {
    const newYearsEve = Date.UTC(2026, 11, 31, 23, 59);

    expect(new Date(periodEndMs('day', newYearsEve)).toISOString()).toBe('2027-01-01T00:00:00.000Z');
    expect(new Date(periodEndMs('month', Date.UTC(2026, 1, 3))).toISOString()).toBe('2026-03-01T00:00:00.000Z');
  });
});

describe('prices', () => {
  it('are those of the list, unless a setting names others; what has none costs null', () => {
    const prices = pricesWith([['openai/gpt-4.1', { prompt: 1, completion: 3 }]]);
    const million = { promptTokens: 1_000_000, completionTokens: 1_000_000 };

    expect(costUsd(prices, 'openai/gpt-4.1', million)).toBe(4);
    expect(costUsd(prices, 'openai/gpt-4.1-mini', million)).toBe(2);
    expect(costUsd(prices, 'vllm/qwen3', million)).toBeNull();
  });
});
