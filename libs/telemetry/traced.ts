import { classify, type PenstockFailure } from '#failure';

import { inSpan } from './trace-scope.js';
import type { OpenSpan, SpanFacts, Tracer } from './tracer.js';

/** Runs work as a span, which fails as the work does; without a tracer it just runs it. */
export async function traced<T>(
  tracer: Tracer | undefined,
  facts: () => SpanFacts,
  work: (span: OpenSpan | undefined) => Promise<T>,
): Promise<T> {
  if (tracer === undefined) return work(undefined);
  const span = tracer.start(facts());
  return duringSpans([span], () => inSpan(span.traceparent, () => work(span)));
}

/** Runs work that has these spans: they fail as it does, unless that is told otherwise, and end with it. */
export async function duringSpans<T>(
  spans: readonly OpenSpan[],
  work: () => Promise<T>,
  noteFailure = failAll,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    noteFailure(spans, classify(error));
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}

function failAll(spans: readonly OpenSpan[], { reason }: PenstockFailure): void {
  for (const span of spans) span.fail(reason);
}
