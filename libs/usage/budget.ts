import { PermanentFailure } from '#failure';

export type BudgetUnit = 'usd' | 'tokens';
export type BudgetPeriod = 'day' | 'month';

/** A limit on what a namespace may spend in a period of the calendar (UTC). */
export interface Budget {
  readonly amount: number;
  readonly unit: BudgetUnit;
  readonly period: BudgetPeriod;
}

/** What was spent; `unpriced` counts calls whose price is unknown, which are not in `usd`. */
export interface Spent {
  readonly tokens: number;
  readonly usd: number;
  readonly unpriced: number;
}

const form = /^(\d+(?:\.\d+)?)(usd|tokens)\/(day|month)$/;

/** Reads `20usd/month` or `1000000tokens/day`. @throws PermanentFailure `bad-budget` that says what was expected. */
export function parseBudget(text: string): Budget {
  const [, amount, unit, period] = form.exec(text.trim()) ?? [];
  if (amount === undefined) {
    const message = `"${text}" must be a budget such as 20usd/month or 1000000tokens/day`;
    throw new PermanentFailure(message, { reason: 'bad-budget' });
  }
  return { amount: Number(amount), unit: unit as BudgetUnit, period: period as BudgetPeriod };
}

/** The same as `parseBudget` reads. */
export function budgetText({ amount, unit, period }: Budget): string {
  return `${amount}${unit}/${period}`;
}

/** A namespace's own budgets, or those of all that have none. */
export function budgetsInForce(own: readonly Budget[], defaults: readonly Budget[]): readonly Budget[] {
  return own.length > 0 ? own : defaults;
}

/** The first budget that is used up, if one is. */
export function exhausted(
  budgets: readonly Budget[],
  spent: Readonly<Record<BudgetPeriod, Spent>>,
): Budget | undefined {
  return budgets.find(({ amount, unit, period }) => spent[period][unit] >= amount);
}

/** When the month began (UTC), in milliseconds since the epoch. */
export function monthStartMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
}

/** When the period ends, in milliseconds since the epoch. */
export function periodEndMs(period: BudgetPeriod, nowMs: number): number {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return period === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
}
