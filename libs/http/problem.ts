import { classify, PermanentFailure, PoisonMessage } from '#failure';

/** RFC 9457 problem details. `reason` is the stable word that programs match. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly reason: string;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  411: 'Length Required',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

const statusOfReason: Readonly<Record<string, number>> = {
  'bad-signature': 401,
  unauthenticated: 401,
  forbidden: 403,
  'forbidden-namespace': 403,
  'forbidden-source': 403,
  'not-found': 404,
  'idempotency-conflict': 409,
  'already-decided': 409,
  'already-concluded': 409,
  'already-live': 409,
  'already-replayed': 409,
  'bytes-gone': 409,
  'newer-version': 409,
  'not-replayable': 409,
  'not-whole': 409,
  timeout: 408,
  'rate-limited': 429,
  'too-large': 413,
  'too-many-uploads': 429,
  'too-many-watchers': 503,
  unsupported: 415,
};

export function problem(status: number, detail: string, reason = 'unspecified'): Problem {
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, detail, reason };
}

/** What a client is told of anything thrown. Nothing unexpected is repeated: no stack, no driver message. */
export function problemOf(error: unknown): Problem {
  const status = statusOf(error);
  if (status !== undefined && status < 500) return problem(status, detailOf(error), reasonOf(status));
  if (error instanceof PermanentFailure || error instanceof PoisonMessage) {
    return problem(statusOfReason[error.reason] ?? 400, error.message, error.reason);
  }
  const failure = classify(error);
  if (failure.reason !== 'unclassified') {
    return problem(503, 'a service Penstock depends on is not available; try again', failure.reason);
  }
  return problem(500, 'an unexpected error; its cause is in the log', 'internal');
}

function reasonOf(status: number): string {
  if (status === 413) return 'too-large';
  if (status === 415) return 'unsupported';
  return status === 404 ? 'not-found' : 'bad-request';
}

/** Status of an error of the web framework or of its body parser. */
function statusOf(error: unknown): number | undefined {
  const { status, statusCode, getStatus } = error as {
    status?: unknown;
    statusCode?: unknown;
    getStatus?: () => number;
  };
  if (typeof getStatus === 'function') return getStatus.call(error);
  const code = statusCode ?? status;
  return typeof code === 'number' && code >= 400 && code < 600 ? code : undefined;
}

/** The framework's validation errors carry a list of sentences; others one message. */
function detailOf(error: unknown): string {
  const response = (error as { getResponse?: () => unknown }).getResponse?.();
  const message = (response as { message?: unknown } | undefined)?.message ?? (error as Error).message;
  return Array.isArray(message) ? message.join('; ') : String(message);
}
