import type { Tokens } from './prices.js';
import type { CallLimits } from './turns.js';
import type { Caller } from './usage-book.js';

/** What came back from a model. */
export interface ModelReply<T> {
  readonly value: T;
  readonly tokens: Tokens;
  /** `answered`, or why the answer is of no use. */
  readonly outcome: string;
}

/** What came back, with its tokens as far as the server says them. */
export interface SaidReply<T> extends Omit<ModelReply<T>, 'tokens'> {
  readonly tokens: { readonly [kind in keyof Tokens]: number | undefined };
}

export interface CallRequest {
  readonly model: string;
  readonly purpose: string;
  /** Estimate, which counts as well where nobody says how many tokens a call took. */
  readonly tokens: Tokens;
  readonly limits: CallLimits;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** What a call took: as the reply says, else as it was estimated. */
export function asSaid({ promptTokens, completionTokens }: SaidReply<unknown>['tokens'], estimate: Tokens): Tokens {
  return {
    promptTokens: promptTokens ?? estimate.promptTokens,
    completionTokens: completionTokens ?? estimate.completionTokens,
  };
}

export function sumOf({ promptTokens, completionTokens }: Tokens): number {
  return promptTokens + completionTokens;
}
