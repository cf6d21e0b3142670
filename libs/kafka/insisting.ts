import { asTransient } from '#failure';

import type { PartitionHandler } from './contract.js';

/**
 * A handler that insists as it says: what it throws for such events is transient to the loop, which then never gives
 * them up. A batch that holds others as well fails as it does, so that the loop finds the one at fault.
 */
export function insisting(handler: PartitionHandler): PartitionHandler {
  const { insists } = handler;
  if (insists === undefined) return handler;
  return {
    handle: (batch, context) =>
      handler.handle(batch, context).catch((error: unknown) => {
        throw batch.every(insists) ? asTransient(error) : error;
      }),
    close: () => handler.close?.(),
  };
}
