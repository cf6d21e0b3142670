import { classify } from '#failure';

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
  try {
    return await inSpan(span.traceparent, () => work(span));
  } catch (error) {
    span.fail(classify(error).reason);
    throw error;
  } finally {
    span.end();
  }
}
