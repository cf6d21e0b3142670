import { pino, type Logger } from 'pino';

import { loggedFailure } from './logged-failure.js';

/** Paths that could carry content or secrets; they are blanked wherever they appear. */
const redacted = [
  '*.password',
  '*.apiKey',
  '*.authorization',
  'config',
  '*.connectionString',
  '*.sasl',
  '*.text',
  '*.content',
];

export type Log = Logger;

/**
 * JSON logs on standard error, one line an event, so that standard output stays the CLI's. What is logged as `err` says
 * what may be said of it, and neither its message nor what drivers attach to it.
 */
export function createLogger(level: string): Log {
  return pino(
    {
      ...{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      redact: { paths: redacted, censor: '[redacted]' },
      serializers: { err: loggedFailure },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
