import type { ChunkText } from '#models';

/** A document as the parser reads it here. */
export interface ReadHere {
  readonly title: string | null;
  readonly passages: readonly ChunkText[];
  /** The same passages, in the parts that the parser would make of them. */
  readonly parts: readonly (readonly ChunkText[])[];
}

export interface ModelEstimate {
  readonly model: string;
  readonly purpose: string;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US dollars; null if the price is unknown, 0 on this machine. */
  readonly usd: number | null;
}

/** What a model of this machine costs. */
export function forNothing(model: string, purpose: string): ModelEstimate {
  return { model, purpose, calls: 0, promptTokens: 0, completionTokens: 0, usd: 0 };
}

/** US dollars of all of them; null if the price of one is unknown. */
export function totalUsd(estimates: readonly ModelEstimate[]): number | null {
  return estimates.reduce<number | null>((sum, { usd }) => (sum === null || usd === null ? null : sum + usd), 0);
}

/** Each key once. */
export function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
