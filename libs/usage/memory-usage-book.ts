import type { Budget, BudgetPeriod, Spent } from './budget.js';
import { pauseKey, UsageBook, type Account, type PaidCall, type Pause } from './usage-book.js';

/** The book of one process, in one day: for tests. Same contract as the table. */
export class MemoryUsageBook extends UsageBook {
  readonly calls: PaidCall[] = [];
  readonly budgets = new Map<string, readonly Budget[]>();
  pauses: Pause[] = [];
  parked: Pause[] = [];

  override async account(namespace: string): Promise<Account> {
    const spent: Spent = this.calls
      .filter((call) => call.namespace === namespace)
      .reduce(
        (sum, { promptTokens, completionTokens, costUsd }) => ({
          tokens: sum.tokens + promptTokens + completionTokens,
          usd: sum.usd + (costUsd ?? 0),
          unpriced: sum.unpriced + (costUsd === null ? 1 : 0),
        }),
        { tokens: 0, usd: 0, unpriced: 0 },
      );
    const both: Record<BudgetPeriod, Spent> = { day: spent, month: spent };
    return { budgets: this.budgets.get(namespace) ?? [], spent: both };
  }

  override async record(call: PaidCall): Promise<void> {
    if (this.calls.every(({ callId }) => callId !== call.callId)) this.calls.push(call);
  }

  override async pause(pause: Pause): Promise<void> {
    const { namespace, model, reason } = pause;
    const others = this.pauses.filter(
      (one) => one.namespace !== namespace || one.model !== model || one.reason !== reason,
    );
    this.pauses = [...others, pause];
  }

  override async resume(of: Pick<Pause, 'namespace' | 'model'>): Promise<void> {
    this.pauses = this.pauses.filter((pause) => pauseKey(pause) !== pauseKey(of));
  }

  override async park(pause: Pause): Promise<void> {
    this.parked = [...this.parked.filter((one) => pauseKey(one) !== pauseKey(pause)), pause];
  }

  override async parkOnly(parked: readonly Pick<Pause, 'namespace' | 'model'>[]): Promise<void> {
    const kept = new Set(parked.map(pauseKey));
    this.parked = this.parked.filter((one) => kept.has(pauseKey(one)));
  }
}
