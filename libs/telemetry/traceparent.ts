import type { SpanContext } from '@opentelemetry/api';

const pattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const zeros = /^0+$/;

/** Reads a W3C `traceparent`; one of a later version by the fields it shares with the first. Nothing if it is none. */
export function parseTraceparent(value: string | undefined, isRemote: boolean): SpanContext | undefined {
  const match = pattern.exec(value ?? '');
  const [, traceId = '', spanId = '', flags = ''] = match ?? [];
  if (match === null || zeros.test(traceId) || zeros.test(spanId)) return undefined;
  if (value?.startsWith('00') === true && value.length !== shortest) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote };
}

/** Writes it, in the version of today. */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

const shortest = 55;
