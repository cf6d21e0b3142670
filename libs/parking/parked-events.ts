import type { Pool } from 'pg';

import { inTransaction, rowsOf } from '#database';
import { dataSchemaHeader, deterministicId, isUuid, type EventCodec } from '#events';
import { appendRecordToOutbox } from '#outbox';
import type { UsageBook } from '#usage';

import { ParkingLot, type ParkedEvent } from './parking-lot.js';

/** Events of one namespace that wait for one model. */
export interface ParkedGroup {
  readonly namespace: string;
  readonly model: string;
  readonly events: number;
  /** When the oldest of them was said, in milliseconds since the epoch. */
  readonly oldestMs: number;
}

interface ParkedRow {
  readonly seq: number;
  readonly event_id: string;
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Of one turn; as much as a process can hold without noticing. */
const releasedMax = 200;
const releasedBytesMax = 8 * 1024 * 1024;

const insertEvent = `
WITH added AS (
  INSERT INTO penstock.parked_events (event_id, namespace, document_id, ingestion_id, model, topic, key, value, headers,
    said_at)
  SELECT $1::uuid, $2, $3, $4::uuid, $5, $6, $7, $8, $9::jsonb, to_timestamp($10::float8 / 1000)
  WHERE (SELECT count(*) FROM penstock.parked_events) < $11
  ON CONFLICT (topic, event_id) DO NOTHING RETURNING seq)
SELECT FROM added UNION ALL SELECT FROM penstock.parked_events WHERE topic = $6 AND event_id = $1::uuid`;
const selectGroups = `
SELECT namespace, model, count(*)::int AS events, extract(epoch FROM min(said_at))::float8 * 1000 AS "oldestMs"
FROM penstock.parked_events GROUP BY 1, 2 ORDER BY 1, 2`;
/** Whoever releases the same at the same time takes others. */
const takeEvents = `
DELETE FROM penstock.parked_events WHERE seq IN (
  SELECT seq FROM (
    SELECT seq, sum(length(value)) OVER (ORDER BY seq) - length(value) AS before FROM (
      SELECT seq, value FROM penstock.parked_events
      WHERE CASE WHEN $1::float8 IS NULL THEN namespace = $2 AND model = $3
        ELSE said_at <= to_timestamp($1::float8 / 1000) END
      ORDER BY seq LIMIT ${releasedMax} FOR UPDATE SKIP LOCKED) AS locked) AS first
  WHERE before < ${releasedBytesMax})
RETURNING seq, event_id, topic, key, value, headers`;
const deleteConcluded = `
DELETE FROM penstock.parked_events AS parked USING penstock.ingestions AS ended
WHERE ended.ingestion_id = parked.ingestion_id AND ended.concluded_at IS NOT NULL`;

/** Events that wait in PostgreSQL; needs `parkingMigrations`. Every method throws TransientFailure if it is away. */
export class ParkedEvents extends ParkingLot {
  constructor(
    private readonly pool: Pool,
    private readonly codec: Pick<EventCodec, 'encode' | 'dataSchema'>,
    private readonly book: UsageBook,
    /** Most events that wait here. */
    private readonly eventsMax: number,
  ) {
    super();
  }

  override async park({ event, envelope, model, reason, message, saidAtMs }: ParkedEvent): Promise<boolean> {
    const { ingestionId, documentId, namespace } = event.payload;
    const { id, key, topic } = envelope;
    const eventId = isUuid(id) ? id : deterministicId('parked', id);
    const headers = JSON.stringify(
      keepable({ ...envelope.headers, [dataSchemaHeader]: this.codec.dataSchema(event.type) }),
    );
    const pause = { namespace, model, reason, message };
    // No deadline may pass before the pause is known.
    await this.book.park(pause);
    const rows = await rowsOf(this.pool, insertEvent, [
      ...[eventId, namespace, documentId, ingestionId, model, topic, key, this.codec.encode(event), headers],
      ...[saidAtMs, this.eventsMax],
    ]);
    if (rows.length > 0) return true;
    await this.book.pause(pause);
    return false;
  }

  groups(): Promise<ParkedGroup[]> {
    return rowsOf<ParkedGroup>(this.pool, selectGroups);
  }

  /** Sends some of the oldest events of a group to their topics again, and returns how many. */
  release({ namespace, model }: Pick<ParkedGroup, 'namespace' | 'model'>): Promise<number> {
    return this.send([null, namespace, model]);
  }

  /** The same with what was said before, whatever it waits for: its stage gives it up. */
  releaseSaidBefore(saidAtMs: number): Promise<number> {
    return this.send([saidAtMs, null, null]);
  }

  /** Forgets what belongs to ingestions that have ended, and returns how many events that were. */
  async forgetConcluded(): Promise<number> {
    const rows = await rowsOf(this.pool, `${deleteConcluded} RETURNING seq`);
    return rows.length;
  }

  private send(values: readonly unknown[]): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<ParkedRow>(takeEvents, [...values]);
      for (const { event_id: eventId, topic, key, value, headers } of rows.toSorted((a, b) => a.seq - b.seq)) {
        await appendRecordToOutbox(client, { eventId, topic, key, value, headers });
      }
      return rows.length;
    });
  }
}

/** PostgreSQL takes no NUL in text; a header with one says nothing that a stage reads. */
function keepable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((header) => !header.join('').includes('\0')));
}
