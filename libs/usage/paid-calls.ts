import { setTimeout as wait } from 'node:timers/promises';

import { classify, TransientFailure, type PenstockFailure } from '#failure';
import type { FirstNames, Metrics } from '#telemetry';

import { budgetRefusal, type BudgetRules } from './budget-refusal.js';
import { asSaid, sumOf, type CallRequest, type ModelReply, type SaidReply } from './model-call.js';
import { recordCall } from './record-call.js';
import type { Turns } from './turns.js';
import { pauseKey, type UsageBook } from './usage-book.js';

export interface PaidCallsOptions extends BudgetRules {
  readonly book: UsageBook;
  readonly turns: Turns;
  /** Limit for one call. */
  readonly timeoutMs: number;
  /** How old the event of a document may become while it waits for a budget. */
  readonly budgetWaitMsMax: number;
  /** How long a call waits for its turn before it gives the wait back to whoever asked. */
  readonly turnWaitMsMax: number;
  readonly metrics: Metrics;
  /** Those that metrics of tokens and money tell apart. */
  readonly shownNamespaces: FirstNames;
  readonly nowMs: () => number;
}

/** After a budget is found used up, it is looked at again this often. */
const budgetRetryMs = 5_000;
/** Without a record an answer, which is paid for, would be lost. */
const recordTriesMax = 4;
const leaseGraceMs = 10_000;
const turnPollMsMax = 1_000;
/** A server that is away asks for more time at most so long, as whoever met it asks again after that. */
const awayMsMax = 300_000;
/** Failures after which a provider may have worked, and charge for it. One that answers with an error does not. */
const maybePaid: ReadonlySet<string> = new Set(['model-timeout', 'model-broken-off', 'aborted']);

/**
 * The one way to a model that costs money: looks at the budget, waits for a turn, bounds the call in time, and writes
 * down what it cost, whatever came of it.
 */
export class PaidCalls {
  /** Namespaces and models that wait, as far as this process knows. */
  private readonly waiting = new Set<string>();

  constructor(private readonly options: PaidCallsOptions) {}

  /**
   * @throws TransientFailure `budget-exhausted`, `price-unknown` or `model-turn` while the call has to wait, and
   *   whatever the call throws. Waits that are not the document's fault are uncounted; those for a budget end some day.
   */
  async run<T>(request: CallRequest, call: (signal: AbortSignal) => Promise<SaidReply<T>>): Promise<ModelReply<T>> {
    try {
      await this.checkBudget(request);
      const reply = await this.inTurn(request, call);
      // An answer is worth more than a note that the wait is over, which is taken for over when nobody renews it.
      await this.goesOn(request).catch(() => undefined);
      return reply;
    } catch (error) {
      const failure = classify(error);
      if (failure.uncounted) await this.waits(request, failure);
      throw failure;
    }
  }

  private async checkBudget({ caller: { namespace }, model }: CallRequest): Promise<void> {
    const { book, budgetWaitMsMax: eventAgeMsMax, nowMs } = this.options;
    const refusal = budgetRefusal({ namespace, model }, await book.account(namespace), this.options, nowMs());
    if (refusal === undefined) return;
    const { message, reason } = refusal;
    throw new TransientFailure(message, { reason, uncounted: true, retryAfterMs: budgetRetryMs, eventAgeMsMax });
  }

  private async inTurn<T>(
    request: CallRequest,
    call: (signal: AbortSignal) => Promise<SaidReply<T>>,
  ): Promise<ModelReply<T>> {
    const { metrics, timeoutMs, turns } = this.options;
    const { model, purpose, signal } = request;
    const turn = await this.takeTurn(request);
    let tokens: number | undefined;
    try {
      const timeout = AbortSignal.timeout(timeoutMs);
      const said = await call(AbortSignal.any([signal, timeout])).catch((error: unknown) => {
        throw timeout.aborted && !signal.aborted ? tooSlow(model, timeoutMs, error) : classify(error);
      });
      const reply = { ...said, tokens: asSaid(said.tokens, request.tokens) };
      tokens = sumOf(reply.tokens);
      metrics.modelCalls.inc({ model, purpose, outcome: reply.outcome });
      await recordCall(this.options, request, reply, recordTriesMax);
      return reply;
    } catch (error) {
      const failure = classify(error);
      if (tokens === undefined) await this.failed(request, failure);
      throw failure;
    } finally {
      // A turn that can't be ended ends by itself.
      await turns.end(model, turn, tokens).catch(() => undefined);
    }
  }

  /** A call that failed may have to be paid for, and may say something to all others. */
  private async failed(request: CallRequest, failure: PenstockFailure): Promise<void> {
    const { metrics, turns } = this.options;
    const { model, purpose, tokens } = request;
    const { reason: outcome } = failure;
    metrics.modelCalls.inc({ model, purpose, outcome });
    const heldMs = heldBackMs(failure);
    if (heldMs !== undefined) await turns.block(model, heldMs);
    // That the call failed is worth more than a note of what it may have cost.
    if (maybePaid.has(outcome)) {
      await recordCall(this.options, request, { tokens, outcome }, 1).catch(() => undefined);
    }
  }

  private async takeTurn({ model, tokens, limits, signal }: CallRequest): Promise<string> {
    const { nowMs, timeoutMs, turns, turnWaitMsMax } = this.options;
    const untilMs = nowMs() + turnWaitMsMax;
    for (;;) {
      if (signal.aborted) throw new TransientFailure('called off before its turn', { reason: 'aborted' });
      const answer = await turns.take({ model, tokens: sumOf(tokens), limits, leaseMs: timeoutMs + leaseGraceMs });
      if ('turn' in answer) return answer.turn;
      if (nowMs() >= untilMs) {
        const message = `${model} takes no further call within the limits that are set for it`;
        throw new TransientFailure(message, { reason: 'model-turn', uncounted: true });
      }
      await wait(Math.min(answer.waitMs, turnPollMsMax), undefined, { signal }).catch(() => undefined);
    }
  }

  private async waits({ model, caller: { namespace } }: CallRequest, failure: PenstockFailure): Promise<void> {
    const { book, metrics } = this.options;
    const { eventAgeMsMax, reason, message } = failure;
    // What may wait elsewhere is told by whoever knows where it waits.
    if (eventAgeMsMax !== undefined) return;
    this.waiting.add(pauseKey({ namespace, model }));
    metrics.modelWaiting.set({ model, namespace, reason }, 1);
    // The wait is real even if it can't be written down.
    await book.pause({ namespace, model, reason, message }).catch(() => undefined);
  }

  private async goesOn({ model, caller: { namespace } }: CallRequest): Promise<void> {
    const key = pauseKey({ namespace, model });
    if (!this.waiting.has(key)) return;
    const { book, metrics } = this.options;
    await book.resume({ namespace, model });
    this.waiting.delete(key);
    for (const reason of waitReasons) metrics.modelWaiting.remove({ model, namespace, reason });
  }
}

/** Every reason for which a call may wait where it is, without blame; metrics forget them when it goes on. */
const waitReasons = [
  'model-turn',
  'model-rate-limited',
  'model-quota',
  'model-key-refused',
  'model-forbidden',
  'model-unknown',
] as const;

function tooSlow(model: string, timeoutMs: number, cause: unknown): PenstockFailure {
  return new TransientFailure(`${model} did not answer within ${timeoutMs} ms`, { reason: 'model-timeout', cause });
}

/** How long all calls of a model stand back after a failure, in all processes; undefined if nobody asked for it. */
function heldBackMs({ reason, retryAfterMs }: PenstockFailure): number | undefined {
  if (reason === 'model-rate-limited') return retryAfterMs ?? turnPollMsMax;
  if (reason !== 'model-unavailable' || retryAfterMs === undefined) return undefined;
  return Math.min(retryAfterMs, awayMsMax);
}
