/** What went wrong with a request, in the API's words where it had any. */
export class RequestProblem extends Error {
  constructor(
    message: string,
    /** 0 if no answer came. */
    readonly status: number,
    readonly reason: string,
  ) {
    super(message);
  }
}

/** The problem that an answer's body tells, whatever the body is. */
export function problemOf(status: number, body: unknown): RequestProblem {
  const { detail, reason } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const message = typeof detail === 'string' && detail !== '' ? detail : `the API answered ${status}`;
  return new RequestProblem(message, status, typeof reason === 'string' ? reason : 'unspecified');
}

/** No answer came at all. */
export function noAnswer(): RequestProblem {
  return new RequestProblem('the API can not be reached', 0, 'unreachable');
}

/** A body as JSON, or undefined if it is none: a proxy may answer in the API's place. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
