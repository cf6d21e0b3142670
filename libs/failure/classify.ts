import { PermanentFailure, PoisonMessage, TransientFailure, type PenstockFailure } from './failure.js';

/**
 * Turns anything caught into one of the three failures. What a driver's edge did not classify is transient:
 * trying again is safe because every effect is idempotent, while giving up on an unknown error could lose work.
 */
export function classify(error: unknown): PenstockFailure {
  if (error instanceof TransientFailure || error instanceof PermanentFailure || error instanceof PoisonMessage) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new TransientFailure(message, { reason: 'unclassified', cause: error });
}

/** As `classify`, for a step that is never given up: whatever the failure says of itself, it is tried again. */
export function asTransient(error: unknown): TransientFailure {
  const failure = classify(error);
  if (failure.kind === 'transient') return failure;
  return new TransientFailure(failure.message, { reason: failure.reason, cause: failure });
}

/** Whether what failed may have been done all the same; nobody knows what an error that is not ours leaves behind. */
export function mayBeDone(error: unknown): boolean {
  const { inDoubt, reason } = classify(error);
  return inDoubt || reason === 'unclassified';
}
