import { countTokens } from '#tokens';

/** What one request may carry. */
export interface BatchLimits {
  readonly tokensMax: number;
  readonly textsMax: number;
}

/** OpenAI takes no more texts in one request. */
export const textsPerRequestMax = 2048;

export interface Batch<T> {
  readonly items: readonly T[];
  /** Of all its texts. */
  readonly tokens: number;
}

/** Groups texts, in their order, so that each group keeps both limits; a text that is too long alone is a group. */
export function embeddingBatches<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  { tokensMax, textsMax }: BatchLimits,
): Batch<T>[] {
  const batches: { items: T[]; tokens: number }[] = [];
  for (const item of items) {
    const tokens = countTokens(textOf(item));
    const last = batches.at(-1);
    if (last === undefined || last.tokens + tokens > tokensMax || last.items.length >= textsMax) {
      batches.push({ items: [item], tokens });
    } else {
      last.items.push(item);
      last.tokens += tokens;
    }
  }
  return batches;
}
