import { APIConnectionError, APIError, APIUserAbortError } from 'openai';

import { classify, PermanentFailure, TransientFailure, type PenstockFailure } from '#failure';

/** What a server says is wrong. */
interface Answered {
  readonly status: number;
  readonly code: string;
  /** The field of the request that it is about. */
  readonly param: string | null | undefined;
}

/** What an operator has to mend is looked at again this often. */
const mendRetryMs = 30_000;

/**
 * Classifies what the client threw. Messages name model, status and the provider's code, never its words: those may
 * repeat a key or a document. What an operator has to mend (key, model, quota) is no document's fault: it waits.
 */
export function openAiFailure(error: unknown, model: string, nowMs: number): PenstockFailure {
  if (error instanceof APIUserAbortError) {
    return new TransientFailure(`the call of ${model} was called off`, { reason: 'aborted', cause: error });
  }
  if (isBrokenOff(error)) {
    return new TransientFailure(`${model}: the answer broke off`, { reason: 'model-broken-off', cause: error });
  }
  if (error instanceof APIConnectionError) {
    return new TransientFailure(`${model}: no connection`, { reason: 'model-unavailable', cause: error });
  }
  if (!(error instanceof APIError)) {
    const failure = classify(error);
    if (failure.reason !== 'unclassified') return failure;
    const reason = (error as Error).name === 'AbortError' ? 'aborted' : 'model-unavailable';
    return new TransientFailure(`${model}: unreadable answer`, { reason, cause: error });
  }
  const status = error.status as number | undefined;
  const answered = { status: status ?? 0, code: wordOf(error), param: error.param };
  return ofStatus(answered, model, retryAfterMs(error.headers as Headers | undefined, nowMs));
}

/** What a connection says that ends after the request was sent; one that never began says other things. */
const brokenOff: ReadonlySet<unknown> = new Set([
  ...['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  ...['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'ERR_STREAM_PREMATURE_CLOSE'],
]);
/** Half an answer is no JSON, and one without end is cut by `createOpenAi`. */
const unreadable: ReadonlySet<unknown> = new Set(['SyntaxError', 'RangeError']);

/** Whether the provider had the request, and its answer, if there was one, did not arrive whole. */
function isBrokenOff(error: unknown): boolean {
  if (error instanceof APIError && (error.status as number | undefined) !== undefined) return false;
  const { code, name, cause } = (error ?? {}) as { code?: unknown; name?: unknown; cause?: unknown };
  return brokenOff.has(code) || unreadable.has(name) || (cause !== undefined && isBrokenOff(cause));
}

function ofStatus({ status, code, param }: Answered, model: string, askedMs: number | undefined): PenstockFailure {
  const message = `${model} answered ${status}${code === '' ? '' : ` (${code})`}`;
  const waits = (reason: string, hint: string): PenstockFailure =>
    new TransientFailure(`${message}: ${hint}`, { reason, uncounted: true, retryAfterMs: askedMs ?? mendRetryMs });
  if (status === 401) return waits('model-key-refused', 'the key is not valid; see PENSTOCK_OPENAI_API_KEY and others');
  if (status === 403) return waits('model-forbidden', 'the key may not use this model');
  if (status === 404)
    return waits('model-unknown', 'there is no such model; see PENSTOCK_OPENAI_CHAT_MODEL and others');
  if (status === 402 || code === 'insufficient_quota') return waits('model-quota', 'the account has no money left');
  if (status === 429) {
    const details = {
      reason: 'model-rate-limited',
      uncounted: true,
      ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
    };
    return new TransientFailure(message, details);
  }
  if (status === 413 || code === 'context_length_exceeded' || code === 'string_above_max_length') {
    return new PermanentFailure(`${message}: the passage is too long`, { reason: 'model-context-exceeded' });
  }
  if (code === 'content_filter') return new PermanentFailure(message, { reason: 'model-content-filtered' });
  if (status === 400 || status === 422) {
    const hint = param === 'temperature' ? ': it does not take this temperature; see PENSTOCK_OPENAI_TEMPERATURE' : '';
    return new PermanentFailure(`${message}${hint}`, { reason: 'model-request-refused' });
  }
  const retry = askedMs === undefined ? {} : { retryAfterMs: askedMs };
  return new TransientFailure(message, { reason: 'model-unavailable', ...retry });
}

/** The provider's own word for what is wrong, if it is one: at most a short identifier. */
function wordOf({ code, type }: Pick<APIError, 'code' | 'type'>): string {
  return [code, type].find((word) => typeof word === 'string' && /^[\w.-]{1,64}$/.test(word)) ?? '';
}

/** `Retry-After` in seconds or as a date, or OpenAI's `retry-after-ms`. */
function retryAfterMs(headers: Headers | undefined, nowMs: number): number | undefined {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? NaN);
  if (milliseconds >= 0) return milliseconds;
  const asked = headers?.get('retry-after') ?? '';
  const seconds = asked.trim() === '' ? NaN : Number(asked);
  const ms = Number.isNaN(seconds) ? Date.parse(asked) - nowMs : seconds * 1000;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
