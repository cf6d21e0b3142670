import { classify, PermanentFailure, TransientFailure, type PenstockFailure } from '#failure';

/** Two transactions met: one saw what the other had just deleted, or both created the same thing. */
const collisionCodes = new Set([
  'Neo.ClientError.Statement.EntityNotFound',
  'Neo.ClientError.Schema.ConstraintValidationFailed',
]);

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Whether the same work in a new transaction is likely to succeed at once: deadlocks and other meetings. */
export function isCollision(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('Neo.TransientError.Transaction.') || collisionCodes.has(code);
}

/**
 * Classifies what the driver threw; failures of ours pass through. The database refuses data with Statement and Schema
 * errors; everything else (no connection, session expired, timeout, memory, unknown) is tried again. Credentials can
 * be mended while documents wait, so a refused login is transient too.
 */
export function neo4jFailure(error: unknown): PenstockFailure {
  const failure = classify(error);
  if (failure.reason !== 'unclassified') return failure;
  const code = codeOf(error);
  const message = `neo4j: ${failure.message}`;
  if (code.startsWith('Neo.ClientError.Security.')) {
    return new TransientFailure(message, { reason: 'neo4j-unauthorised', cause: error });
  }
  const refused = code.startsWith('Neo.ClientError.Statement.') || code.startsWith('Neo.ClientError.Schema.');
  if (refused && code !== 'Neo.ClientError.Statement.EntityNotFound') {
    return new PermanentFailure(message, { reason: 'store-refused', cause: error });
  }
  return new TransientFailure(message, { reason: 'neo4j-unavailable', cause: error });
}
