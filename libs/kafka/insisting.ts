import { classify, TransientFailure } from '#failure';

import type { PartitionHandler } from './contract.js';

/** A handler that insists as it says: what it throws is transient to the loop, which then never gives up an event. */
export function insisting(handler: PartitionHandler): PartitionHandler {
  if (handler.insists !== true) return handler;
  return {
    handle: (batch, context) =>
      handler.handle(batch, context).catch((error: unknown) => Promise.reject(retriable(error))),
    close: () => handler.close?.(),
  };
}

function retriable(error: unknown): TransientFailure {
  const failure = classify(error);
  if (failure.kind === 'transient') return failure;
  return new TransientFailure(failure.message, { reason: failure.reason, cause: failure });
}
