import { randomUUID } from 'node:crypto';

import type { AnswerClaims } from './answer-claims.js';

const renewalsPerLease = 3;

/**
 * Works while it holds what could be claimed, and ends the claims with the work, whatever came of it.
 * @throws TransientFailure if claims can't be kept, or what the work throws.
 */
export async function whileClaimed<T>(
  claims: AnswerClaims,
  ids: readonly string[],
  work: (claimed: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  // Random, since one process asks for several documents at once.
  const owner = randomUUID();
  const claimed = await claims.claim(ids, owner);
  if (claimed.size === 0) return work(claimed);
  const held = [...claimed];
  // A claim that can't be renewed may be taken over; then both pay, and the first answer counts.
  const renew = (): void => void claims.renew(held, owner).catch(() => undefined);
  const renewal = setInterval(renew, claims.leaseMs / renewalsPerLease);
  try {
    return await work(claimed);
  } finally {
    clearInterval(renewal);
    // One that can't be ended ends by itself.
    await claims.release(held, owner).catch(() => undefined);
  }
}
