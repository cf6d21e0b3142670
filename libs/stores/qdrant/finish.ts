import { asTransient } from '#failure';

import { qdrantFailure } from './qdrant-failure.js';

/** Runs a step that never gives up: after the decision there is nobody to tell that the store refuses. */
export async function finish<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asTransient(qdrantFailure(error));
  }
}
