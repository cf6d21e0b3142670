import { AsyncLocalStorage } from 'node:async_hooks';

/** The spans that work under way is part of, as W3C `traceparent`s. */
interface TraceScope {
  /** The one span that all of the work is part of. */
  readonly active: string | undefined;
  /** By ingestionId, where one piece of work is done for several ingestions. */
  readonly ingestions: ReadonlyMap<string, string>;
}

const scopes = new AsyncLocalStorage<TraceScope>();
const nobodys: ReadonlyMap<string, string> = new Map();

/** Runs work that is part of one span. */
export function inSpan<T>(traceparent: string, work: () => T): T {
  return scopes.run({ active: traceparent, ingestions: nobodys }, work);
}

/** Runs work that is part of a span for each ingestion it is done for. */
export function inSpansOf<T>(ingestions: ReadonlyMap<string, string>, work: () => T): T {
  const [only, ...others] = ingestions.values();
  return scopes.run({ active: others.length === 0 ? only : undefined, ingestions }, work);
}

/** The span that what is done or said now is part of; nothing where no span was started. */
export function activeTraceparent(): string | undefined {
  return scopes.getStore()?.active;
}

/** The same for what is done or said now of one ingestion. */
export function traceparentOf(ingestionId: string | null): string | undefined {
  const scope = scopes.getStore();
  return (ingestionId === null ? undefined : scope?.ingestions.get(ingestionId)) ?? scope?.active;
}
