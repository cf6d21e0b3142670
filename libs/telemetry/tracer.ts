/** What is said of a span: never content, never a secret, nothing that a user named a document. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span to be started. Its name comes from a closed set: topics, roles, stores, models, routes. */
export interface SpanFacts {
  readonly name: string;
  readonly kind: 'server' | 'producer' | 'consumer' | 'client' | 'internal';
  /** W3C `traceparent` of what it is part of; without one, or with one that is none, it begins a trace. */
  readonly parent: string | undefined;
  /** Whether the parent was made by another process, or may have been. */
  readonly remote?: boolean;
  /** W3C `traceparent`s of what else led to it. */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
}

/** A span under way. */
export interface OpenSpan {
  /** What is part of this span says so by this W3C `traceparent`. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  rename(name: string): void;
  /** Marks it as failed, for one of the stable reasons; messages of failures may quote what was refused. */
  fail(reason: string): void;
  end(): void;
}

/** Makes spans and has them exported. A process that is not told where to has none. */
export abstract class Tracer {
  abstract start(facts: SpanFacts): OpenSpan;
  /** Exports what is left, as far as that is possible in a few seconds. */
  abstract close(): Promise<void>;
}
