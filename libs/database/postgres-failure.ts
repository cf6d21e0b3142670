import { classify, PermanentFailure, TransientFailure, type PenstockFailure } from '#failure';

/**
 * SQLSTATE classes that no retry can mend, from the PostgreSQL manual, appendix A: 22 data exception, 23 integrity
 * constraint violation, 54 program limit exceeded. Everything else (connection, resources, operator intervention,
 * serialization, deadlock, and also missing tables, which a migration may bring) is tried again.
 */
const permanentClasses = new Set(['22', '23', '54']);

/** Classifies what the driver threw; failures of ours pass through. */
export function postgresFailure(error: unknown): PenstockFailure {
  const failure = classify(error);
  if (failure.reason !== 'unclassified') return failure;
  const code = (error as { code?: unknown }).code;
  const message = `postgres: ${failure.message}`;
  if (typeof code === 'string' && permanentClasses.has(code.slice(0, 2)) && code.length === 5) {
    return new PermanentFailure(message, { reason: 'store-refused', cause: error });
  }
  return new TransientFailure(message, { reason: 'postgres-unavailable', cause: error });
}
