import type { Pool } from 'pg';

import { inTransaction, rowsOf } from '#database';
import {
  dataSchemaHeader,
  deterministicId,
  emission,
  isUuid,
  outgoingEvent,
  type EventCodec,
  type OutgoingEvent,
} from '#events';
import { holdDocuments } from '#ledger';
import { appendRecordToOutbox, appendToOutbox } from '#outbox';
import type { UsageBook } from '#usage';

import { ParkingLot, type ParkedEvent } from './parking-lot.js';

/** Events of one namespace that wait for one model. */
export interface ParkedGroup {
  readonly namespace: string;
  readonly model: string;
  readonly events: number;
  /** When the oldest of them was said, in milliseconds since the epoch. */
  readonly oldestMs: number;
  /** How often one of them was sent to its topic and came back, at most. */
  readonly returns: number;
}

interface ParkedRow {
  readonly seq: number;
  readonly event_id: string;
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

interface EndedRow {
  readonly ingestionId: string;
  readonly namespace: string;
  readonly documentId: string;
  readonly version: number;
  readonly status: string;
}

/** How often the record came from here; it goes where the record goes, and returns with it. */
const returnsHeader = 'parked.times';
/** Of one turn; as much as a process can hold without noticing. */
const releasedMax = 200;
const releasedBytesMax = 8 * 1024 * 1024;
const endedMax = 500;

const insertEvent = `
INSERT INTO penstock.parked_events (event_id, namespace, document_id, ingestion_id, model, topic, key, value, headers,
  said_at)
SELECT $1::uuid, $2, $3, $4::uuid, $5, $6, $7, $8, $9::jsonb, to_timestamp($10::float8 / 1000)
WHERE (SELECT count(*) FROM penstock.parked_events) < $11
ON CONFLICT (topic, event_id) DO NOTHING RETURNING seq`;
const selectEvent = 'SELECT FROM penstock.parked_events WHERE topic = $1 AND event_id = $2::uuid';
const saidReturns = `headers->>'${returnsHeader}'`;
/** Whoever writes to the topic may have written something else there. */
const returnsOfOne = `CASE WHEN ${saidReturns} ~ '^[0-9]{1,6}$' THEN (${saidReturns})::int ELSE 0 END`;
const selectGroups = `
SELECT namespace, model, count(*)::int AS events, extract(epoch FROM min(said_at))::float8 * 1000 AS "oldestMs",
  max(${returnsOfOne}) AS returns
FROM penstock.parked_events GROUP BY 1, 2 ORDER BY 1, 2`;

/** Whoever releases the same at the same time takes others. */
function takeEvents(which: string): string {
  return `
DELETE FROM penstock.parked_events WHERE seq IN (
  SELECT seq FROM (
    SELECT seq, sum(length(value)) OVER (ORDER BY seq) - length(value) AS before FROM (
      SELECT seq, value FROM penstock.parked_events
      WHERE parked_at <= clock_timestamp() - make_interval(secs => $1::float8 / 1000) AND ${which}
      ORDER BY seq LIMIT ${releasedMax} FOR UPDATE SKIP LOCKED) AS locked) AS first
  WHERE before < ${releasedBytesMax})
RETURNING seq, event_id, topic, key, value,
  headers || jsonb_build_object('${returnsHeader}', (${returnsOfOne} + 1)::text) AS headers`;
}

const takeOfGroup = takeEvents('namespace = $2 AND model = $3');
const takeSaidBefore = takeEvents('said_at <= to_timestamp($2::float8 / 1000)');
const deleteEnded = `
DELETE FROM penstock.parked_events AS parked USING penstock.ingestions AS ended
WHERE ended.ingestion_id = parked.ingestion_id AND parked.seq IN (
  SELECT seq FROM penstock.parked_events JOIN penstock.ingestions USING (ingestion_id)
  WHERE concluded_at IS NOT NULL ORDER BY seq LIMIT ${endedMax} FOR UPDATE OF parked_events SKIP LOCKED)
RETURNING ended.ingestion_id AS "ingestionId", ended.namespace, ended.document_id AS "documentId",
  ended.version, ended.status`;

/** Events that wait in PostgreSQL; needs `parkingMigrations`. Every method throws TransientFailure if it is away. */
export class ParkedEvents extends ParkingLot {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
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
    const added = await rowsOf(this.pool, insertEvent, [
      ...[eventId, namespace, documentId, ingestionId, model, topic, key, this.codec.encode(event), headers],
      ...[saidAtMs, this.eventsMax],
    ]);
    const isParked = added.length > 0 || (await rowsOf(this.pool, selectEvent, [topic, eventId])).length > 0;
    await (isParked ? this.book.park(pause) : this.book.pause(pause));
    return isParked;
  }

  groups(): Promise<ParkedGroup[]> {
    return rowsOf<ParkedGroup>(this.pool, selectGroups);
  }

  /**
   * Sends some of the oldest events of a group to their topics again, and returns how many: those that have been here
   * for `restMs`, so that what comes back at once does not go round without end.
   */
  release({ namespace, model }: Pick<ParkedGroup, 'namespace' | 'model'>, restMs: number): Promise<number> {
    return this.send(takeOfGroup, [restMs, namespace, model]);
  }

  /** The same with what was said before, whatever it waits for: its stage gives it up. */
  releaseSaidBefore(saidAtMs: number, restMs: number): Promise<number> {
    return this.send(takeSaidBefore, [restMs, saidAtMs]);
  }

  /**
   * Forgets some of what belongs to ingestions that have ended. Of one that ended by a retraction stores may not have
   * said what became of it, and would not without this part; it is undone, so that its bytes are let go.
   */
  forgetEnded(nowMs: number): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<EndedRow>(deleteEnded);
      const retracted = rows.filter(({ status }) => status === 'retracted');
      if (retracted.length === 0) return;
      await holdDocuments(client, retracted);
      const undone = new Map(retracted.map((row) => [row.ingestionId, undoing(row, nowMs)]));
      await appendToOutbox(client, this.codec, [...undone.values()]);
    });
  }

  /** Nobody holds the documents: before the saga log nothing depends on the order of what is said of one. */
  private send(take: string, values: readonly unknown[]): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<ParkedRow>(take, [...values]);
      for (const { event_id: eventId, topic, key, value, headers } of rows.toSorted((a, b) => a.seq - b.seq)) {
        await appendRecordToOutbox(client, { eventId, topic, key, value, headers });
      }
      return rows.length;
    });
  }
}

function undoing({ status: _, ...ingestion }: EndedRow, nowMs: number): OutgoingEvent {
  const why = { requestedBy: 'janitor', reason: 'retracted', message: 'retracted while it waited for a budget' };
  const request = emission('CompensationRequested', { ...ingestion, ...why, requestedAt: nowMs, confirmed: false });
  return outgoingEvent(request, { role: 'janitor', timeMs: nowMs });
}

/** PostgreSQL takes no NUL in text; a header with one says nothing that a stage reads. */
function keepable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((header) => !header.join('').includes('\0')));
}
