import type { Metrics } from '#telemetry';
import { budgetRefusal, type BudgetRules, type UsageBook } from '#usage';

import type { ParkedEvents, ParkedGroup } from './parked-events.js';

export interface ReleaseOptions {
  readonly lot: Pick<ParkedEvents, 'groups' | 'release' | 'releaseSaidBefore' | 'forgetEnded'>;
  readonly book: UsageBook;
  readonly rules: BudgetRules;
  /** How old an event may become while it waits. */
  readonly budgetWaitMsMax: number;
  /** How long an event stays parked at least: stages that are held to other rules would send it back at once. */
  readonly restMs: number;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
}

/** A group that may not go on yet. */
type WaitingGroup = ParkedGroup & { readonly reason: string };

/** Lets parked events go on: once there is money for them, or when they have waited for as long as they may. */
export class ReleaseParked {
  /** What metrics show of groups that wait. */
  private shown: readonly WaitingGroup[] = [];

  constructor(private readonly options: ReleaseOptions) {}

  /** Looks once at everything that waits. @throws TransientFailure if the database is away. */
  async turn(): Promise<void> {
    const { book, lot } = this.options;
    // Most often nothing waits anywhere, which one look tells.
    const isIdle = (await lot.groups()).length === 0;
    const waiting = isIdle ? [] : await this.letGo();
    const left = isIdle ? [] : await lot.groups();
    await book.parkOnly(left);
    this.show(left, waiting);
  }

  /** Sends on whatever may go on. @returns what has to wait. */
  private async letGo(): Promise<WaitingGroup[]> {
    const { budgetWaitMsMax, lot, nowMs, restMs } = this.options;
    await lot.forgetEnded(nowMs());
    await lot.releaseSaidBefore(nowMs() - budgetWaitMsMax, restMs);
    const waiting: WaitingGroup[] = [];
    for (const group of await lot.groups()) {
      const reason = await this.look(group);
      if (reason !== undefined) waiting.push({ ...group, reason });
    }
    return waiting;
  }

  /** Sends on what may go on. @returns why the group has to wait, if it has to. */
  private async look(group: ParkedGroup): Promise<string | undefined> {
    const { book, lot, nowMs, restMs, rules } = this.options;
    const { events, model, namespace } = group;
    const refusal = budgetRefusal(group, await book.account(namespace), rules, nowMs());
    if (refusal === undefined) {
      await lot.release(group, restMs);
      return undefined;
    }
    const { message, reason } = refusal;
    const waiting = events === 1 ? '1 part of a document is parked' : `${events} parts of documents are parked`;
    await book.park({ namespace, model, reason, message: `${message}; ${waiting}` });
    return reason;
  }

  private show(left: readonly ParkedGroup[], waiting: readonly WaitingGroup[]): void {
    const { metrics, nowMs } = this.options;
    for (const { model, namespace, reason } of this.shown) {
      metrics.modelWaiting.remove({ model, namespace, reason });
      metrics.budgetExhausted.remove({ namespace });
    }
    for (const { model, namespace, reason } of waiting) {
      metrics.modelWaiting.set({ model, namespace, reason }, 1);
      if (reason === 'budget-exhausted') metrics.budgetExhausted.set({ namespace }, 1);
    }
    this.shown = waiting;
    metrics.parkedEvents.set(left.reduce((sum, { events }) => sum + events, 0));
    const oldestMs = Math.min(nowMs(), ...left.map(({ oldestMs: saidMs }) => saidMs));
    metrics.parkedEventsAge.set((nowMs() - oldestMs) / 1000);
    metrics.parkedEventsReturns.set(Math.max(0, ...left.map(({ returns }) => returns)));
  }
}
