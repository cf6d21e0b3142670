import { PermanentFailure, PoisonMessage, TransientFailure } from '#failure';

/** Statuses that ask to come again; every other one but success will say the same next time. */
const transientStatuses = new Set([408, 421, 423, 425, 429]);
const retryAfterMsMax = 60 * 60 * 1000;
/** The body is not what its content encoding says. */
const corruptCodes = /^(?:Z_|ERR__ERROR_FORMAT|ERR_PADDING|ERR_BROTLI|ERR__)/u;

/** The answer of a server that did not give the document. Only seconds of Retry-After are read, not dates. */
export function statusFailure(status: number, retryAfter: string | undefined): Error {
  const message = `the server answered ${status}`;
  if (status < 500 && !transientStatuses.has(status)) return new PermanentFailure(message, { reason: 'http-status' });
  const seconds = Number(retryAfter);
  const details = { reason: 'http-status' };
  if (retryAfter === undefined || !Number.isFinite(seconds) || seconds < 0)
    return new TransientFailure(message, details);
  return new TransientFailure(message, { ...details, retryAfterMs: Math.min(seconds * 1000, retryAfterMsMax) });
}

function isFailure(error: unknown): error is Error {
  return error instanceof PermanentFailure || error instanceof TransientFailure || error instanceof PoisonMessage;
}

/** Classifies whatever the HTTP client, the resolver or an inflater throws. */
export function httpFailure(error: unknown): Error {
  if (isFailure(error)) return error;
  const cause = (error as { cause?: unknown } | null)?.cause;
  if (isFailure(cause)) return cause;
  const { code = '', name = '' } = error as { code?: string; name?: string };
  if (code === 'ENOTFOUND')
    return new PermanentFailure('the host name does not exist', { reason: 'unknown-host', cause: error });
  if (corruptCodes.test(code))
    return new PermanentFailure(`the body is broken: ${code}`, { reason: 'corrupt', cause: error });
  const isTimeout = name === 'TimeoutError' || /TIMEOUT|TIMEDOUT/u.test(code);
  const reason = isTimeout ? 'timeout' : 'http-unreachable';
  return new TransientFailure(
    isTimeout
      ? 'the server did not answer in time'
      : `the address can't be fetched: ${code || name || 'unknown error'}`,
    {
      reason,
      cause: error,
    },
  );
}

/**
 * What may pass later becomes final once it was tried for long enough, or the server asks for more patience than is
 * left: documents of other sites wait behind this one.
 */
export function unlessOverdue(failure: Error, triedForMs: number, deadlineMs: number): Error {
  if (!(failure instanceof TransientFailure)) return failure;
  if (triedForMs + (failure.retryAfterMs ?? 0) < deadlineMs) return failure;
  return new PermanentFailure(failure.message, { reason: failure.reason, cause: failure });
}
