export { loggedFailure } from './logged-failure.js';
export { createLogger } from './logger.js';
export type { Log } from './logger.js';
export { Metrics } from './metrics.js';
export { startTracer } from './start-tracer.js';
export { activeTraceparent, inSpan, inSpansOf, traceparentOf } from './trace-scope.js';
export { duringSpans, traced } from './traced.js';
export { Tracer } from './tracer.js';
export type { OpenSpan, SpanAttributes, SpanFacts } from './tracer.js';
