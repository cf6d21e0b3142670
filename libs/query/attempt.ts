import { classify } from '#failure';

import type { LeftOut } from './answer.js';

/**
 * What came of a look-up; undefined if its store is away, which `leftOut` then says.
 * @throws PermanentFailure for a question that makes no sense.
 */
export async function attempt<T>(
  work: Promise<T>,
  leftOut: LeftOut[],
  missing: Omit<LeftOut, 'reason'>,
): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    const failure = classify(error);
    if (failure.kind === 'permanent' && missing.way !== 'wording') throw failure;
    if (!leftOut.some(({ way }) => way === missing.way)) leftOut.push({ ...missing, reason: failure.reason });
    return undefined;
  });
}
