/** What a million tokens cost, in US dollars. */
export interface Price {
  readonly prompt: number;
  readonly completion: number;
}

/** Tokens of one call. */
export interface Tokens {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export type Prices = ReadonlyMap<string, Price>;

/** List prices of OpenAI as published in May 2026; a setting replaces or adds to them. */
export const listPrices: Prices = new Map([
  ['openai/gpt-4.1', { prompt: 2, completion: 8 }],
  ['openai/gpt-4.1-mini', { prompt: 0.4, completion: 1.6 }],
  ['openai/gpt-4.1-nano', { prompt: 0.1, completion: 0.4 }],
  ['openai/gpt-4o', { prompt: 2.5, completion: 10 }],
  ['openai/gpt-4o-mini', { prompt: 0.15, completion: 0.6 }],
  ['openai/text-embedding-3-small', { prompt: 0.02, completion: 0 }],
  ['openai/text-embedding-3-large', { prompt: 0.13, completion: 0 }],
  ['openai/text-embedding-ada-002', { prompt: 0.1, completion: 0 }],
]);

const tokensPerPrice = 1_000_000;

/** Prices by provider and model, the given ones first. */
export function pricesWith(given: readonly (readonly [model: string, price: Price])[]): Prices {
  return new Map([...listPrices, ...given]);
}

/** What tokens cost, in US dollars; null, not 0, if the model has no known price. */
export function costUsd(prices: Prices, model: string, tokens: Tokens): number | null {
  const price = prices.get(model);
  if (price === undefined) return null;
  return (tokens.promptTokens * price.prompt + tokens.completionTokens * price.completion) / tokensPerPrice;
}
