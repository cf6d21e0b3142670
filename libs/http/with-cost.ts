import type { IngestionDetail } from '#ledger';
import type { Cost } from '#usage';

/** An ingestion with what it cost: US dollars, null if the price of a call is unknown. */
export type IngestionWithCost = IngestionDetail & {
  readonly cost: { readonly calls: number; readonly usd: number | null };
};

/**
 * Adds what was paid for an ingestion. Its events only speak of tokens of work that came through; the calls themselves
 * also know what was paid for in vain, so of models that cost money their tokens count.
 */
export function withCost(ingestion: IngestionDetail, paid: Readonly<Record<string, Cost>>): IngestionWithCost {
  const models = Object.entries(paid).map(
    ([model, { promptTokens: prompt, completionTokens: completion }]) => [model, { prompt, completion }] as const,
  );
  const costs = Object.values(paid);
  const usd = costs.reduce<number | null>((sum, one) => (sum === null || one.usd === null ? null : sum + one.usd), 0);
  const calls = costs.reduce((sum, one) => sum + one.calls, 0);
  return { ...ingestion, tokens: { ...ingestion.tokens, ...Object.fromEntries(models) }, cost: { calls, usd } };
}
