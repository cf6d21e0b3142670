import { pino, type Logger } from 'pino';

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

/** JSON logs on standard error, one line an event, so that standard output stays the CLI's. */
export function createLogger(level: string): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: redacted, censor: '[redacted]' } },
    pino.destination({ fd: 2, sync: true }),
  );
}
