import { mayBeDone } from '#failure';
import type { Staging } from '#pipeline/stager';

import type { Accepted } from './submitter.js';

/**
 * Bytes of an upload that is not accepted, or was before, are not kept. A commit whose answer was lost may stand, and
 * keeps them: age takes those that nobody needs.
 */
export async function keepUpload(
  staging: Pick<Staging, 'remove'>,
  ingestionId: string,
  accept: () => Promise<Accepted>,
): Promise<Accepted> {
  try {
    const accepted = await accept();
    if (accepted.ingestionId !== ingestionId) await staging.remove(ingestionId);
    return accepted;
  } catch (error) {
    if (!mayBeDone(error)) await staging.remove(ingestionId);
    throw error;
  }
}
