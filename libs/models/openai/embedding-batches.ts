import { countTokens } from '#tokens';

/** What one request may carry. */
export interface BatchLimits {
  readonly tokensMax: number;
  readonly textsMax: number;
}

/** OpenAI takes no more texts in one request. */
export const textsPerRequestMax = 2048;

/** Groups texts, in their order, so that each group keeps both limits; a text that is too long alone is a group. */
export function embeddingBatches<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  { tokensMax, textsMax }: BatchLimits,
): T[][] {
  const batches: T[][] = [];
  let tokens = Infinity;
  for (const item of items) {
    const more = countTokens(textOf(item));
    const last = batches.at(-1);
    if (last === undefined || tokens + more > tokensMax || last.length >= textsMax) {
      batches.push([item]);
      tokens = more;
    } else {
      last.push(item);
      tokens += more;
    }
  }
  return batches;
}
