import { budgetsInForce, budgetText, exhausted, periodEndMs, type Budget } from './budget.js';
import type { Prices } from './prices.js';
import type { Account } from './usage-book.js';

/** What every namespace is held to, whatever it spent. */
export interface BudgetRules {
  readonly prices: Prices;
  /** For namespaces without budgets of their own. */
  readonly defaultBudgets: readonly Budget[];
}

/** Why a namespace may not pay for a call now. */
export interface BudgetRefusal {
  readonly reason: 'budget-exhausted' | 'price-unknown';
  readonly message: string;
}

/** Whether a namespace has to wait before it pays for a call of the model; nothing if it may go on. Pure. */
export function budgetRefusal(
  { namespace, model }: { readonly namespace: string; readonly model: string },
  account: Account,
  { prices, defaultBudgets }: BudgetRules,
  nowMs: number,
): BudgetRefusal | undefined {
  const budgets = budgetsInForce(account.budgets, defaultBudgets);
  if (budgets.some(({ unit }) => unit === 'usd') && !prices.has(model)) {
    const message = `${namespace} has a budget in money, and the price of ${model} is not known: PENSTOCK_MODEL_PRICES`;
    return { reason: 'price-unknown', message };
  }
  const used = exhausted(budgets, account.spent);
  if (used === undefined) return undefined;
  const until = new Date(periodEndMs(used.period, nowMs)).toISOString();
  const message = `${namespace} has used up its budget of ${budgetText(used)}; it waits until that is raised, or until ${until}`;
  return { reason: 'budget-exhausted', message };
}

/** Whether a namespace has used up a budget, whatever model it would pay for. Pure. */
export function isExhausted(account: Account, { defaultBudgets }: Pick<BudgetRules, 'defaultBudgets'>): boolean {
  return exhausted(budgetsInForce(account.budgets, defaultBudgets), account.spent) !== undefined;
}
