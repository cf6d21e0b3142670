import { documentKey } from './document-key.js';
import { eventId } from './event-ids.js';
import { eventNames, type EventName, type EventPayloads } from './generated/events.js';
import { topicOfEvent, topics } from './topics.js';

/** What a stage says: an event by its type and payload. Everything else about it follows from these. */
export type Emission = { [N in EventName]: { readonly type: N; readonly payload: EventPayloads[N] } }[EventName];

/** Reads well where an event is made and keeps type and payload together. */
export function emission<N extends EventName>(type: N, payload: EventPayloads[N]): Emission {
  return { type, payload } as unknown as Emission;
}

/** An event with everything the log needs, before encoding. */
export interface OutgoingEvent {
  readonly topic: string;
  readonly key: string;
  readonly event: Emission;
  readonly headers: Readonly<Record<string, string>>;
}

export const eventNamespace = 'io.penstock.events.v1';

/** `ce_type` = Avro full name = registry subject. */
export function eventType(name: EventName): string {
  return `${eventNamespace}.${name}`;
}

const knownNames = new Set<string>(eventNames);

/** The event name of a `ce_type`, or nothing if it is not one of ours. */
export function eventNameOf(type: string): EventName | undefined {
  const name = type.startsWith(`${eventNamespace}.`) ? type.slice(eventNamespace.length + 1) : '';
  return knownNames.has(name) ? (name as EventName) : undefined;
}

export interface EventContext {
  /** Role that says it; becomes `ce_source` = `/penstock/<role>`. */
  readonly role: string;
  readonly timeMs: number;
  readonly traceparent?: string | undefined;
  /** `ce_id` of the event that caused this one. */
  readonly causationId?: string | undefined;
}

/**
 * CloudEvents 1.0 Kafka binding, binary mode. The content type is `application/avro`, as the binding's example has it;
 * the bytes start with the five-byte Confluent prefix (magic byte and schema id).
 * `ce_documentversion` is an extension: it lets a record whose value can't be decoded still abort its ingestion.
 */
export function outgoingEvent(event: Emission, context: EventContext): OutgoingEvent {
  const { payload, type } = event;
  const key = documentKey(payload);
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: eventId(type, payload),
    ce_type: eventType(type),
    ce_source: `/penstock/${context.role}`,
    ce_subject: encodeURI(key),
    ce_time: new Date(context.timeMs).toISOString(),
    'content-type': 'application/avro',
  };
  if (payload.ingestionId !== null) headers['ce_ingestionid'] = payload.ingestionId;
  if (payload.version !== null) headers['ce_documentversion'] = String(payload.version);
  if (context.causationId !== undefined) headers['ce_causationid'] = context.causationId;
  if (context.traceparent !== undefined) headers['traceparent'] = context.traceparent;
  return { topic: topics[topicOfEvent[type]].name, key, event, headers };
}
