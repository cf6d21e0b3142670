import { createHash } from 'node:crypto';

import { duringSpans, inSpansOf, type OpenSpan, type SpanAttributes, type Tracer } from '#telemetry';

import { noteHandling, type TracedEvent } from './handled-by.js';
import { groupOf } from './worker-ports.js';

const linksMax = 32;

/**
 * Runs the handling of events as spans: one for each ingestion among them, however many events it has there, so that
 * a document in a thousand parts does not make a thousand. It is part of what the first of them is part of, and linked
 * to the others.
 */
export async function traceProcess<T>(
  tracer: Tracer | undefined,
  role: string,
  events: readonly TracedEvent[],
  work: () => Promise<T>,
): Promise<T> {
  if (tracer === undefined) return work();
  const groups = [...Map.groupBy(events, ({ payload, key }) => payload.ingestionId ?? key)];
  const spans = new Map(groups.map(([id, group]) => [id, startSpan(tracer, role, group)]));
  const traceparents = new Map([...spans].map(([id, { traceparent }]) => [id, traceparent]));
  return duringSpans([...spans.values()], () => inSpansOf(traceparents, work));
}

function startSpan(tracer: Tracer, role: string, events: readonly TracedEvent[]): OpenSpan {
  const [first] = events;
  const contexts = [...new Set(events.flatMap(({ headers }) => headers['traceparent'] ?? []))];
  const [parent, ...links] = contexts.slice(0, linksMax + 1);
  const attributes = first === undefined ? {} : attributesOf(role, first, events.length);
  const name = `process ${first?.topic ?? ''}`;
  const span = tracer.start({ name, kind: 'consumer', parent, remote: true, links, attributes });
  for (const event of events) noteHandling(event, span.traceparent);
  return span;
}

function attributesOf(
  role: string,
  { payload, topic, partition, offset, key }: TracedEvent,
  count: number,
): SpanAttributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
    'messaging.consumer.group.name': groupOf(role),
    'messaging.kafka.offset': Number(offset),
    'messaging.batch.message_count': count,
    'penstock.role': role,
    'penstock.namespace': payload.namespace,
    'penstock.ingestion.id': payload.ingestionId ?? undefined,
    'penstock.document.version': payload.version ?? undefined,
    'penstock.document.hash': documentHash(key),
  };
}

/** Tells documents apart without naming them: a documentId may be an address, or say whom a document is about. */
function documentHash(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
