/** What a provider allows for one model, over all processes; undefined where it sets no limit. */
export interface CallLimits {
  readonly callsAtOnce: number;
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
}

/** A call that wants to begin. */
export interface TurnRequest {
  readonly model: string;
  /** Estimate of all its tokens. */
  readonly tokens: number;
  readonly limits: CallLimits;
  /** After so long it counts as ended, in case its process died. */
  readonly leaseMs: number;
}

/** Leave to call, to be ended; or how long to wait before asking again. */
export type TurnAnswer = { readonly turn: string } | { readonly waitMs: number };

/** What the last minute saw of a model. */
export interface LastMinute {
  /** Calls that have not ended. */
  readonly running: number;
  readonly requests: number;
  readonly tokens: number;
  /** How long ago the oldest of them began. */
  readonly oldestMs: number;
  /** For how much longer the provider wants no calls. */
  readonly blockedMs: number;
}

const windowMs = 60_000;
/** A call ends at a moment that nobody knows. */
const runningWaitMs = 100;

/**
 * How long a call has to wait; 0 lets it begin. Limits hold for every minute, wherever it starts. A call bigger than
 * the limit begins when nothing else was asked for a minute, as it could never begin otherwise.
 */
export function turnWaitMs(seen: LastMinute, { tokens, limits }: Pick<TurnRequest, 'tokens' | 'limits'>): number {
  if (seen.blockedMs > 0) return seen.blockedMs;
  const { callsAtOnce, requestsPerMinute = Infinity, tokensPerMinute = Infinity } = limits;
  const full = seen.requests >= requestsPerMinute || (seen.requests > 0 && seen.tokens + tokens > tokensPerMinute);
  if (full) return Math.max(1, windowMs - seen.oldestMs);
  return seen.running >= callsAtOnce ? runningWaitMs : 0;
}

/** Lets calls begin in turn, so that all processes together keep a provider's limits. */
export abstract class Turns {
  /** @throws TransientFailure if the turns can't be counted. */
  abstract take(request: TurnRequest): Promise<TurnAnswer>;

  /** The call has ended, with so many tokens; undefined leaves the estimate. */
  abstract end(model: string, turn: string, tokens: number | undefined): Promise<void>;

  /** The provider wants no calls of this model for so long. */
  abstract block(model: string, forMs: number): Promise<void>;
}
