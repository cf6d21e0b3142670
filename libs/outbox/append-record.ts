import type { ClientBase } from 'pg';

import { outboxChannel } from './outbox-table.js';
import type { RawRecord } from './raw-publisher.js';

const insertRecord = `
INSERT INTO penstock.outbox (event_id, topic, key, value, headers) VALUES ($1, $2, $3, $4, $5::jsonb)`;

/**
 * Puts a record that is encoded already, or that nobody can decode, into the outbox, in the transaction of the state
 * that goes with it. @throws driver errors as they come.
 */
export async function appendRecordToOutbox(
  client: ClientBase,
  { eventId, topic, key, value, headers }: RawRecord & { readonly eventId: string },
): Promise<void> {
  await client.query(insertRecord, [eventId, topic, key, value, JSON.stringify(headers)]);
  await client.query('SELECT pg_notify($1, $2)', [outboxChannel, '']);
}
