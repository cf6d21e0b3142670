import type { Config } from '#config';
import { parseBudget, pricesWith, type BudgetRules } from '#usage';

/** What namespaces are held to before they pay. @throws PermanentFailure `bad-budget`. */
export function budgetRules({ modelBudget, modelPrices }: Pick<Config, 'modelBudget' | 'modelPrices'>): BudgetRules {
  return { prices: pricesWith(modelPrices), defaultBudgets: modelBudget.map(parseBudget) };
}
