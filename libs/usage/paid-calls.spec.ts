import { beforeEach, describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import { FirstNames, Metrics } from '#telemetry';

import { parseBudget } from './budget.js';
import { MemoryTurns } from './memory-turns.js';
import { MemoryUsageBook } from './memory-usage-book.js';
import type { CallRequest, ModelReply, SaidReply } from './model-call.js';
import { PaidCalls, type PaidCallsOptions } from './paid-calls.js';
import { pricesWith } from './prices.js';

const model = 'openai/gpt-4.1-mini';
const caller = { namespace: 'research', documentId: 'note', ingestionId: null };
const estimate = { promptTokens: 8, completionTokens: 2 };
let book: MemoryUsageBook;
let metrics: Metrics;
let made: number;

beforeEach(() => {
  book = new MemoryUsageBook();
  metrics = new Metrics();
  made = 0;
});

function paidCalls(overrides: Partial<PaidCallsOptions> = {}): PaidCalls {
  const nowMs = (): number => Date.now();
  return new PaidCalls({
    ...{ book, metrics, nowMs, turns: new MemoryTurns(nowMs), prices: pricesWith([]), defaultBudgets: [] },
    ...{ timeoutMs: 10_000, turnWaitMsMax: 50, budgetWaitMsMax: 3_600_000, shownNamespaces: new FirstNames(1) },
    ...overrides,
  });
}

function aRequest(overrides: Partial<CallRequest> = {}): CallRequest {
  const limits = { callsAtOnce: 4, requestsPerMinute: undefined, tokensPerMinute: undefined };
  const { signal } = new AbortController();
  return { model, purpose: 'extraction', tokens: estimate, limits, caller, signal, ...overrides };
}

async function answer(): Promise<ModelReply<string>> {
  made += 1;
  return { value: 'yes', tokens: { promptTokens: 900_000, completionTokens: 100_000 }, outcome: 'answered' };
}

/** Ends when it is called off, as a client's call does. */
const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stopped = new TransientFailure('stopped', { reason: 'aborted' });
    signal.addEventListener('abort', () => reject(stopped));
  });

const scraped = (): Promise<string> => metrics.registry.metrics();

describe('PaidCalls', () => {
  it('writes down what a call cost, on whose behalf, and counts it', async () => {
    await paidCalls().run(aRequest(), answer);

    expect(book.calls).toEqual([
      {
        ...{ callId: expect.any(String), ...caller, model, purpose: 'extraction', outcome: 'answered' },
        ...{ promptTokens: 900_000, completionTokens: 100_000, costUsd: 0.9 * 0.4 + 0.1 * 1.6 },
      },
    ]);
    const labels = `model="${model}",namespace="research"`;
    expect(await scraped()).toContain(`penstock_model_tokens_total{${labels},kind="prompt"} 900000`);
    expect(await scraped()).toContain(
      'penstock_model_calls_total{model="openai/gpt-4.1-mini",purpose="extraction",outcome="answered"} 1',
    );
    expect(await scraped()).toContain(`penstock_model_cost_usd_total{${labels}} 0.52`);
  });

  it('tells in metrics only so many namespaces apart', async () => {
    const calls = paidCalls();
    for (const namespace of ['research', 'legal', 'press']) {
      await calls.run(aRequest({ caller: { ...caller, namespace } }), answer);
    }

    const told = [...(await scraped()).matchAll(/^penstock_model_cost_usd_total\{.*namespace="(.*)"\} ([\d.]+)/gm)];
    expect(told.map(([, namespace, usd]) => [namespace, Number(usd)])).toEqual([
      ['research', expect.closeTo(0.52)],
      ['(other)', expect.closeTo(1.04)],
    ]);
  });

  it('counts the estimate where a model does not say what it took', async () => {
    const limits = { callsAtOnce: 4, requestsPerMinute: undefined, tokensPerMinute: 15 };
    const calls = paidCalls();
    const silent = async (): Promise<SaidReply<string>> => ({
      ...{ value: 'yes', outcome: 'answered', tokens: { promptTokens: undefined, completionTokens: undefined } },
    });

    const { tokens } = await calls.run(aRequest({ limits }), silent);

    expect(tokens).toEqual(estimate);
    expect(book.calls).toMatchObject([{ ...estimate, outcome: 'answered', costUsd: (8 * 0.4 + 2 * 1.6) / 1e6 }]);
    await expect(calls.run(aRequest({ limits }), answer)).rejects.toMatchObject({ reason: 'model-turn' });
  });

  it('does not take an unknown price for none', async () => {
    await paidCalls().run(aRequest({ model: 'ollama/qwen3' }), answer);

    expect(book.calls[0]?.costUsd).toBeNull();
    expect(await scraped()).not.toMatch(/penstock_model_cost_usd_total\{/);
  });

  it.each(['1000000tokens/day', '0.5usd/month'])(
    'waits without calling once %s is spent, and goes on when it is raised',
    async (text) => {
      book.budgets.set('research', [parseBudget(text)]);
      const calls = paidCalls();
      await calls.run(aRequest(), answer);

      const refused = calls.run(aRequest(), answer);
      await expect(refused).rejects.toMatchObject({
        ...{ reason: 'budget-exhausted', uncounted: true, retryAfterMs: 5000, eventAgeMsMax: 3_600_000 },
      });
      // Whoever knows whether it waits in its partition or elsewhere says so.
      expect(book.pauses).toEqual([]);

      book.budgets.set('research', [parseBudget('9usd/month')]);
      await calls.run(aRequest(), answer);

      expect(made).toBe(2);
    },
  );

  it('holds a namespace without budgets of its own to the default, and others to theirs', async () => {
    const calls = paidCalls({ defaultBudgets: [parseBudget('1tokens/day')] });
    book.budgets.set('rich', [parseBudget('9000000tokens/day')]);
    for (let at = 0; at < 3; at += 1) await calls.run(aRequest({ caller: { ...caller, namespace: 'rich' } }), answer);
    await calls.run(aRequest(), answer);

    await expect(calls.run(aRequest(), answer)).rejects.toMatchObject({ reason: 'budget-exhausted' });
    expect(made).toBe(4);
  });

  it('waits rather than spend from a budget in money what nobody knows the price of', async () => {
    book.budgets.set('research', [parseBudget('20usd/month')]);

    const call = paidCalls().run(aRequest({ model: 'ollama/qwen3' }), answer);

    await expect(call).rejects.toMatchObject({ reason: 'price-unknown', uncounted: true, eventAgeMsMax: 3_600_000 });
    expect(made).toBe(0);
  });

  it('gives the wait back when no turn comes', async () => {
    const limits = { callsAtOnce: 4, requestsPerMinute: 1, tokensPerMinute: undefined };
    const calls = paidCalls();
    await calls.run(aRequest({ limits }), answer);

    const second = calls.run(aRequest({ limits }), answer);

    await expect(second).rejects.toMatchObject({ reason: 'model-turn', uncounted: true, eventAgeMsMax: undefined });
    expect(made).toBe(1);
  });

  it('holds back all calls of a model that was rate limited', async () => {
    const turns = new MemoryTurns(() => Date.now());
    const [one, two] = [paidCalls({ turns }), paidCalls({ turns })];
    const limited = new TransientFailure('429', { reason: 'model-rate-limited', retryAfterMs: 30_000 });
    await expect(one.run(aRequest(), () => Promise.reject(limited))).rejects.toBe(limited);

    await expect(two.run(aRequest(), answer)).rejects.toMatchObject({ reason: 'model-turn' });
    expect(await scraped()).toContain('outcome="model-rate-limited"} 1');
  });

  it('holds back all calls of a model whose server asked for time, for at most five minutes', async () => {
    let nowMs = 0;
    const turns = new MemoryTurns(() => nowMs);
    const [one, two] = [paidCalls({ turns }), paidCalls({ turns })];
    const away = new TransientFailure('503', { reason: 'model-unavailable', retryAfterMs: 3_600_000 });
    await expect(one.run(aRequest(), () => Promise.reject(away))).rejects.toBe(away);

    await expect(two.run(aRequest(), answer)).rejects.toMatchObject({ reason: 'model-turn' });
    nowMs = 300_000;
    await expect(two.run(aRequest(), answer)).resolves.toMatchObject({ value: 'yes' });
  });

  it('holds nobody back for a server that did not ask for time', async () => {
    const calls = paidCalls();
    const away = new TransientFailure('500', { reason: 'model-unavailable' });
    await expect(calls.run(aRequest(), () => Promise.reject(away))).rejects.toBe(away);

    await expect(calls.run(aRequest(), answer)).resolves.toMatchObject({ value: 'yes' });
  });

  it.each([
    ['model-broken-off', 1],
    ['model-unavailable', 0],
    ['model-rate-limited', 0],
    ['model-key-refused', 0],
  ])('writes down a call that fails with %s, at its estimate: %i', async (reason, written) => {
    const failure = new TransientFailure('no', { reason });

    await expect(paidCalls().run(aRequest(), () => Promise.reject(failure))).rejects.toBe(failure);

    const call = { ...caller, ...estimate, outcome: reason, costUsd: (8 * 0.4 + 2 * 1.6) / 1e6 };
    expect(book.calls).toMatchObject(Array.from({ length: written }, () => call));
  });

  it('writes down calls that took too long or were called off, whether the book is there or not', async () => {
    const stop = new AbortController();
    const slow = paidCalls({ timeoutMs: 20 }).run(aRequest(), endless);
    await expect(slow).rejects.toMatchObject({ reason: 'model-timeout' });
    const stopped = paidCalls().run(aRequest({ signal: stop.signal }), endless);
    setTimeout(() => stop.abort(), 10);
    await expect(stopped).rejects.toMatchObject({ reason: 'aborted' });

    expect(book.calls.map(({ outcome }) => outcome)).toEqual(['model-timeout', 'aborted']);
    book.record = () => Promise.reject(new TransientFailure('away', { reason: 'book-away' }));
    const unwritten = paidCalls({ timeoutMs: 20 }).run(aRequest(), endless);
    await expect(unwritten).rejects.toMatchObject({ reason: 'model-timeout' });
  });

  it('ends a call at its limit and frees its turn', async () => {
    const limits = { callsAtOnce: 1, requestsPerMinute: undefined, tokensPerMinute: undefined };
    const calls = paidCalls({ timeoutMs: 20, turnWaitMsMax: 5_000 });

    const slow = calls.run(aRequest({ limits }), endless);
    await expect(slow).rejects.toMatchObject({ kind: 'transient', reason: 'model-timeout', uncounted: false });

    await expect(calls.run(aRequest({ limits }), answer)).resolves.toMatchObject({ value: 'yes' });
  });

  it('keeps an answer that was paid for while the book is away for a moment', async () => {
    let away = 2;
    const record = book.record.bind(book);
    book.record = (call) => (away-- > 0 ? Promise.reject(new TransientFailure('away')) : record(call));

    await expect(paidCalls().run(aRequest(), answer)).resolves.toMatchObject({ value: 'yes' });

    expect(made).toBe(1);
    expect(book.calls).toHaveLength(1);
  });

  it('counts a call once where the book keeps it and its word of that is lost', async () => {
    let lost = 2;
    const record = book.record.bind(book);
    book.record = async (call) => {
      await record(call);
      if (lost-- > 0) throw new TransientFailure('lost');
    };

    await paidCalls().run(aRequest(), answer);

    expect(made).toBe(1);
    expect(book.calls).toHaveLength(1);
  });
});
