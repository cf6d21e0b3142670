import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import type { PaidCall, UsageBook } from './usage-book.js';

export function aCall(overrides: Partial<PaidCall> = {}): PaidCall {
  return {
    ...{ callId: randomUUID(), namespace: `ns-${randomUUID().slice(0, 8)}` },
    ...{ documentId: 'note', ingestionId: randomUUID() },
    ...{ model: 'openai/gpt-4.1-mini', purpose: 'extraction', outcome: 'answered' },
    ...{ promptTokens: 100, completionTokens: 20, costUsd: 0.5, ...overrides },
  };
}

/** What every usage book promises. */
export function usageBookContract(name: string, open: () => UsageBook): void {
  describe(`${name}, as a usage book`, () => {
    it('knows nothing of a namespace that spent nothing', async () => {
      const nothing = { tokens: 0, usd: 0, unpriced: 0 };

      const account = await open().account(aCall().namespace);

      expect(account).toEqual({ budgets: [], spent: { day: nothing, month: nothing } });
    });

    it('adds up what a namespace spent, in the day and in the month, and what nobody knows the price of', async () => {
      const call = aCall();
      const of = { namespace: call.namespace };
      const book = open();
      await book.record(call);
      await book.record(aCall({ ...of, documentId: null, ingestionId: null, costUsd: 0.25 }));
      await book.record(aCall({ ...of, costUsd: null }));
      await book.record(aCall());

      const { spent } = await book.account(call.namespace);

      expect(spent).toEqual({
        day: { tokens: 360, usd: 0.75, unpriced: 1 },
        month: { tokens: 360, usd: 0.75, unpriced: 1 },
      });
    });

    it('loses nothing when many record at the same time', async () => {
      const { namespace } = aCall();
      const book = open();

      await Promise.all(Array.from({ length: 30 }, () => book.record(aCall({ namespace }))));

      expect((await book.account(namespace)).spent.day.tokens).toBe(3600);
    });

    it('counts a call once that is recorded again, as by one who never heard that it was', async () => {
      const call = aCall();
      const book = open();

      await Promise.all([book.record(call), book.record(call)]);
      await book.record(call);

      expect((await book.account(call.namespace)).spent.day).toEqual({ tokens: 120, usd: 0.5, unpriced: 0 });
    });

    it('takes note of a pause again and again, and of its end', async () => {
      const { namespace, model } = aCall();
      const book = open();
      const pause = { namespace, model, reason: 'budget-exhausted', message: 'used up' };

      await book.pause(pause);
      await book.pause(pause);
      await book.resume(pause);

      await expect(book.resume(pause)).resolves.toBeUndefined();
    });

    it('takes note of what is parked again and again, and of its end, beside a pause', async () => {
      const { namespace, model } = aCall();
      const book = open();
      const parked = { namespace, model, reason: 'budget-exhausted', message: 'used up' };

      await book.park(parked);
      await book.pause(parked);
      await book.park(parked);
      await book.resume(parked);
      await book.parkOnly([parked]);
      await book.parkOnly([]);

      await expect(book.parkOnly([])).resolves.toBeUndefined();
    });
  });
}
