import { Tracer, type OpenSpan, type SpanAttributes, type SpanFacts } from '#telemetry';

/** A span as it was recorded, with what was said of it before its end. */
export interface RecordedSpan extends SpanFacts {
  readonly traceparent: string;
  readonly attributes: SpanAttributes;
  readonly failure: string | undefined;
}

const unparented = 'a'.repeat(32);

/** Keeps spans in the order of their ends. A span is in the trace of its parent; without one, in one of its own. */
export class RecordedTracer extends Tracer {
  readonly spans: RecordedSpan[] = [];
  private started = 0;

  override start(facts: SpanFacts): OpenSpan {
    this.started += 1;
    const traceId = facts.parent?.split('-')[1] ?? `${unparented}${this.started}`.slice(-32);
    const traceparent = `00-${traceId}-${String(this.started).padStart(16, '0')}-01`;
    let attributes = facts.attributes ?? {};
    let failure: string | undefined;
    let name = facts.name;
    return {
      traceparent,
      set: (more) => void (attributes = { ...attributes, ...more }),
      rename: (other) => void (name = other),
      fail: (reason) => void (failure = reason),
      end: () => void this.spans.push({ ...facts, name, traceparent, attributes, failure }),
    };
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
