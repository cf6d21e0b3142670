import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import type { FirstNames, Metrics } from '#telemetry';

import type { CallRequest, ModelReply } from './model-call.js';
import { costUsd, type Prices } from './prices.js';
import type { UsageBook } from './usage-book.js';

const retryMs = 500;

interface Books {
  readonly book: UsageBook;
  readonly metrics: Metrics;
  readonly shownNamespaces: FirstNames;
  readonly prices: Prices;
}

/**
 * Writes down what a call cost, and counts it. @throws TransientFailure if the book is still away after so many tries.
 */
export async function recordCall(
  { book, metrics, prices, shownNamespaces }: Books,
  { model, purpose, caller }: CallRequest,
  { tokens, outcome }: Pick<ModelReply<unknown>, 'tokens' | 'outcome'>,
  triesMax: number,
): Promise<void> {
  const cost = costUsd(prices, model, tokens);
  const { promptTokens, completionTokens } = tokens;
  const labels = { model, namespace: shownNamespaces.shownAs(caller.namespace) };
  metrics.tokens.inc({ ...labels, kind: 'prompt' }, promptTokens);
  metrics.tokens.inc({ ...labels, kind: 'completion' }, completionTokens);
  if (cost !== null) metrics.modelCost.inc(labels, cost);
  const what = { callId: randomUUID(), model, purpose, outcome };
  const call = { ...caller, ...what, promptTokens, completionTokens, costUsd: cost };
  for (let tries = 1; ; tries += 1) {
    try {
      return await book.record(call);
    } catch (error) {
      if (tries === triesMax) throw error;
      await wait(retryMs * tries);
    }
  }
}
