import type { Budget, BudgetPeriod, Spent } from './budget.js';

/** On whose behalf a model is asked: the namespace pays; a search, for example, belongs to no document. */
export interface Caller {
  readonly namespace: string;
  readonly documentId: string | null;
  readonly ingestionId: string | null;
}

/** A call that was paid for, whatever came of it. */
export interface PaidCall extends Caller {
  /** UUID. */
  readonly callId: string;
  /** Provider and model. */
  readonly model: string;
  /** What was asked, e.g. `extraction`. */
  readonly purpose: string;
  /** `answered`, or the reason why the answer was of no use. */
  readonly outcome: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Null if the model has no known price. */
  readonly costUsd: number | null;
}

/** Why calls of a namespace wait. */
export interface Pause {
  readonly namespace: string;
  readonly model: string;
  /** E.g. `budget-exhausted`, `model-key-refused`. */
  readonly reason: string;
  readonly message: string;
}

/** Whose calls of what wait. */
export function pauseKey({ namespace, model }: Pick<Pause, 'namespace' | 'model'>): string {
  return `${namespace} ${model}`;
}

export interface Account {
  readonly budgets: readonly Budget[];
  readonly spent: Readonly<Record<BudgetPeriod, Spent>>;
}

/** Keeps what was spent, what may be spent, and what waits. Every method throws TransientFailure if it is away. */
export abstract class UsageBook {
  /** The namespace's own budgets, none if it has none, and what it spent in this day and month (UTC). */
  abstract account(namespace: string): Promise<Account>;

  /** Writes a call down once, by its id: whoever does not know whether that was done says it again. */
  abstract record(call: PaidCall): Promise<void>;

  /** Calls of this namespace wait now; said again for as long as they do. */
  abstract pause(pause: Pause): Promise<void>;

  /** Calls of this namespace and model go through. */
  abstract resume(of: Pick<Pause, 'namespace' | 'model'>): Promise<void>;

  /**
   * What this namespace wants of the model is parked, and holds up no other namespace; said again while it is. It lasts
   * until `parkOnly` ends it, whoever is silent in between.
   */
  abstract park(pause: Pause): Promise<void>;

  /** Ends what was parked, but for these. */
  abstract parkOnly(parked: readonly Pick<Pause, 'namespace' | 'model'>[]): Promise<void>;
}
