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
 * Says events in the transaction of the state they announce: both commit or neither does. Whoever says something of a
 * document holds it in the ledger first (`holdDocument`; `admit` and a retraction do so by themselves): the order of
 * the rows is the order of the commits then.
 *
 * The PostgreSQL writer alone holds the document in its own store instead. Its receipts are in order among themselves;
 * a `StoreWritten` of it and a `CompensationRequested` or `DocumentRetracted` may enter the log the other way round
 * than they were committed, as may receipts of the other stores, which share no transaction with anything. Either
 * order is right: a request counts from the place it gets on the log, and whoever made it was told no more than that.
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
