import type { ReceivedEvent } from './contract.js';

/** As much of a received event as its trace needs. */
export type TracedEvent = Pick<ReceivedEvent, 'topic' | 'partition' | 'offset' | 'key' | 'payload' | 'headers'>;

const handledBy = new WeakMap<TracedEvent, string>();

/** Notes the W3C `traceparent` of the span that handles an event: what follows from the event is part of it. */
export function noteHandling(event: TracedEvent, traceparent: string): void {
  handledBy.set(event, traceparent);
}

/** The W3C `traceparent` of what follows from an event: its last span, or else what the event itself is part of. */
export function traceparentAfter(event: TracedEvent): string | undefined {
  return handledBy.get(event) ?? event.headers['traceparent'];
}
