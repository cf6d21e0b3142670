import { classify, TransientFailure, type PenstockFailure } from '#failure';

/**
 * Classifies what the driver threw. A cache refuses no data for good: a full memory (`OOM`, with the policy
 * noeviction), a server that is loading or a lost connection all pass, so everything is tried again.
 */
export function redisFailure(error: unknown): PenstockFailure {
  const failure = classify(error);
  if (failure.reason !== 'unclassified') return failure;
  const reason = /\bOOM\b/.test(failure.message) ? 'redis-out-of-memory' : 'redis-unavailable';
  return new TransientFailure(`redis: ${failure.message}`, { reason, cause: error });
}
