import { classify, PermanentFailure, TransientFailure, type PenstockFailure } from '#failure';

/**
 * Statuses with which the server refuses what was sent. 401, 403 and 404 are not among them: credentials and missing
 * collections can be mended while documents wait.
 */
const refusals = new Set([400, 405, 406, 409, 411, 413, 414, 415, 422]);
const messageLengthMax = 300;

/** What the client throws: an API error with status and data, its own timeout and 429 errors, or fetch's TypeError. */
interface Thrown {
  readonly status?: unknown;
  readonly data?: { readonly status?: { readonly error?: unknown } };
  readonly retry_after?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

/** Classifies what the client threw; failures of ours pass through. */
export function qdrantFailure(error: unknown): PenstockFailure {
  const failure = classify(error);
  if (failure.reason !== 'unclassified') return failure;
  const { status, data, retry_after: retryAfter } = error as Thrown;
  const said = data?.status?.error;
  const message = `qdrant: ${(typeof said === 'string' ? said : failure.message).slice(0, messageLengthMax)}`;
  if (typeof status === 'number' && refusals.has(status)) {
    return new PermanentFailure(message, { reason: 'store-refused', cause: error });
  }
  if (status === 401 || status === 403) {
    return new TransientFailure(message, { reason: 'qdrant-unauthorised', cause: error });
  }
  const wait = typeof retryAfter === 'number' ? { retryAfterMs: retryAfter * 1000 } : {};
  return new TransientFailure(message, { reason: 'qdrant-unavailable', cause: error, ...wait });
}

/** Whether the server said that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return (error as Thrown | null)?.status === 404;
}

/** Whether the server said that the thing is there already. */
export function isThere(error: unknown): boolean {
  return (error as Thrown | null)?.status === 409;
}

const lostConnection = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** Fetch hands on only the words of an error that it does not take for one, as between two realms of JavaScript. */
const lostConnectionWords = /other side closed|ECONNRESET|EPIPE/;

/** Whether the connection broke, as happens to one that idled until the server closed it. */
export function isConnectionLost(error: unknown): boolean {
  for (let link = error; typeof link === 'object' && link !== null; link = (link as Thrown).cause) {
    const { code, message } = link as Thrown;
    if (lostConnection.has(String(code)) || lostConnectionWords.test(String(message))) return true;
  }
  return false;
}
