import { classify } from '#failure';

/** What a line of the log says of a failure. */
interface LoggedFailure {
  readonly reason: string;
  readonly error: string;
  /** Where it happened, for what nobody foresaw. */
  readonly stack?: readonly string[];
}

/** Errors as the programs below us throw them. */
interface Foreign {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
}

const framesMax = 8;
const depthMax = 5;

/**
 * Words of ours hold no content. Those of a driver, a parser or a server quote what they refuse, so what they threw is
 * told by its kind and code alone; where the system refused a connection or a file, by its words, which name just that.
 */
export function loggedFailure(error: unknown): LoggedFailure {
  const failure = classify(error);
  const { reason } = failure;
  if (reason !== 'unclassified') return { reason, error: wordsOf(failure) };
  return { reason, error: wordsOf(failure), ...framesOf(failure.cause) };
}

function wordsOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  const { name, code, status, syscall, message, cause } = error as Foreign;
  const isOurs = classify(error) === error;
  if (isOurs && cause === undefined) return String(message);
  if (typeof syscall === 'string') return String(message);
  const kind = isOurs ? [] : [[name, code ?? status].filter((part) => part !== undefined).join(' ')];
  const beneath = cause === undefined || depth === depthMax ? [] : [wordsOf(cause, depth + 1)];
  return [...kind, ...beneath].join(': ');
}

/** Without the message, which stands before them and may look like one of them. */
function framesOf(error: unknown): Pick<LoggedFailure, 'stack'> {
  const { stack, message } = (error ?? {}) as Foreign;
  const text = String(stack ?? '');
  const said = text.indexOf(String(message));
  if (said < 0) return {};
  const frames = text.slice(said + String(message).length).split('\n');
  return { stack: frames.slice(1, 1 + framesMax).map((frame) => frame.trim()) };
}
