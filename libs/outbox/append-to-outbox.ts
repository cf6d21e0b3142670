import type { ClientBase } from 'pg';

import { dataSchemaHeader, type EventCodec, type OutgoingEvent } from '#events';
import { PoisonMessage } from '#failure';
import { traceparentOf } from '#telemetry';

import { outboxChannel } from './outbox-table.js';

const insertRows = `
INSERT INTO penstock.outbox (event_id, topic, key, value, headers)
SELECT event_id, topic, key, value, headers
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::jsonb[])
  WITH ORDINALITY AS event (event_id, topic, key, value, headers, position)
ORDER BY position`;

/**
 * Says events in the transaction of the state they announce: both commit or neither does. Whoever says two events of
 * one document in two transactions must hold a lock on that document (its ledger row, say) in both, so that the order
 * of the rows is the order of the commits.
 * @throws PoisonMessage if a payload does not fit its schema; driver errors as they come.
 */
export async function appendToOutbox(
  client: ClientBase,
  codec: EventCodec,
  events: readonly OutgoingEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await client.query(insertRows, [
    events.map((event) => eventIdOf(event)),
    events.map((event) => event.topic),
    events.map((event) => event.key),
    events.map((event) => codec.encode(event.event)),
    events.map(({ headers, event }) =>
      JSON.stringify({ ...traceOf(event), ...headers, [dataSchemaHeader]: codec.dataSchema(event.type) }),
    ),
  ]);
  // Notifications are delivered at commit, so the relay never wakes for rows that it cannot see.
  await client.query('SELECT pg_notify($1, $2)', [outboxChannel, '']);
}

/** What is said here is part of the span under way; the relay comes later, and knows of none. */
function traceOf({ payload }: OutgoingEvent['event']): { readonly traceparent?: string } {
  const traceparent = traceparentOf(payload.ingestionId);
  return traceparent === undefined ? {} : { traceparent };
}

function eventIdOf({ headers, event }: OutgoingEvent): string {
  const id = headers['ce_id'];
  if (id === undefined) throw new PoisonMessage(`${event.type} has no ce_id`, { reason: 'no-event-id' });
  return id;
}
