import { PermanentFailure } from '#failure';

import type { ComparedBy, LeftOut } from './answer.js';
import { buildContext, contextTokensDefault, contextTokensMax, type ContextBlock } from './build-context.js';
import { limitMax, type SearchRequest } from './request.js';
import type { Searcher } from './searcher.js';

/** A passage of the default size takes so many tokens with its marks; more are fetched than will fit. */
const passageTokens = 150;

/** A block for a prompt, made of what was found. */
export interface ContextAnswer extends ContextBlock {
  /** The model of the vectors that passages were compared by; null if none were. */
  readonly embedding: ComparedBy | null;
  /** What is missing from it because a store is away or slow. */
  readonly leftOut: readonly LeftOut[];
}

/** Makes a block for a prompt out of the answer to a question. */
export class ContextBuilder {
  constructor(
    private readonly searcher: Pick<Searcher, 'search'>,
    private readonly countTokens: (text: string) => number,
  ) {}

  /** @throws PermanentFailure for a question or a budget that makes no sense. */
  async build(
    request: SearchRequest,
    tokensMax = contextTokensDefault,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<ContextAnswer> {
    if (!Number.isInteger(tokensMax) || tokensMax < 1 || tokensMax > contextTokensMax) {
      const message = `tokens must be a whole number from 1 to ${contextTokensMax}`;
      throw new PermanentFailure(message, { reason: 'bad-request' });
    }
    const limit = Math.min(limitMax, Math.max(request.limit, Math.ceil(tokensMax / passageTokens)));
    const { hits, facts, embedding, leftOut } = await this.searcher.search({ ...request, limit }, signal);
    return { ...buildContext(hits, facts, { tokensMax, countTokens: this.countTokens }), embedding, leftOut };
  }
}
