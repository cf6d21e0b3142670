import { PermanentFailure, TransientFailure } from '#failure';

import { qdrantFailure } from './qdrant-failure.js';

/** Runs a step that never gives up: after the decision there is nobody to tell that the store refuses. */
export async function finish<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = qdrantFailure(error);
    if (!(failure instanceof PermanentFailure)) throw failure;
    throw new TransientFailure(failure.message, { reason: failure.reason, cause: failure });
  }
}
