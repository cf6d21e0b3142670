import type { Metrics } from '#telemetry';
import { budgetRefusal, type BudgetRules, type UsageBook } from '#usage';

import type { ParkedEvents, ParkedGroup } from './parked-events.js';

export interface ReleaseOptions {
  readonly lot: Pick<ParkedEvents, 'groups' | 'release' | 'releaseSaidBefore' | 'forgetConcluded'>;
  readonly book: UsageBook;
  readonly rules: BudgetRules;
  /** How old an event may become while it waits. */
  readonly budgetWaitMsMax: number;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
}

/** Lets parked events go on: once there is money for them, or when they have waited for as long as they may. */
export class ReleaseParked {
  constructor(private readonly options: ReleaseOptions) {}

  /** Looks once at everything that waits. @throws TransientFailure if the database is away. */
  async turn(): Promise<void> {
    const { book, budgetWaitMsMax, lot, nowMs } = this.options;
    await lot.forgetConcluded();
    await lot.releaseSaidBefore(nowMs() - budgetWaitMsMax);
    for (const group of await lot.groups()) await this.look(group);
    const left = await lot.groups();
    await book.parkOnly(left);
    this.show(left);
  }

  private async look(group: ParkedGroup): Promise<void> {
    const { book, lot, nowMs, rules } = this.options;
    const { events, model, namespace } = group;
    const refusal = budgetRefusal(group, await book.account(namespace), rules, nowMs());
    if (refusal === undefined) {
      await lot.release(group);
      return;
    }
    const { message, reason } = refusal;
    const waiting = events === 1 ? '1 part of a document is parked' : `${events} parts of documents are parked`;
    await book.park({ namespace, model, reason, message: `${message}; ${waiting}` });
  }

  private show(groups: readonly ParkedGroup[]): void {
    const { metrics, nowMs } = this.options;
    metrics.parkedEvents.set(groups.reduce((sum, { events }) => sum + events, 0));
    const oldestMs = Math.min(...groups.map(({ oldestMs: said }) => said));
    metrics.parkedEventsAge.set(groups.length === 0 ? 0 : Math.max(nowMs() - oldestMs, 0) / 1000);
  }
}
