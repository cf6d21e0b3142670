import type { ClientBase, Pool } from 'pg';

import { inTransaction } from '#database';
import { documentRefProblem, isUuid, type EventCodec } from '#events';
import { PartitionStage, type PartitionHandler, type ReceivedEvent } from '#kafka';
import { appendToOutbox } from '#outbox';
import type { Metrics, OpenSpan, Tracer } from '#telemetry';

import { conclusion, conclusionSpan, measureConclusion } from './conclusion.js';
import { foldBatch } from './fold-batch.js';
import { holdDocuments } from './hold-document.js';
import { eventTimeMs } from './ledger.js';
import { createRows, insertTimeline, lockRows, saveRows, type DocumentRange } from './ledger-rows.js';
import { ledgerEvents, newRow, type LedgerEvent, type LedgerRow } from './ledger-row.js';
import { timelineEntry, type TimelineEntry } from './timeline.js';

/** The last moment that a date can be, here and in the database. */
const timeMsMax = 8.64e15;
/** Without these an ingestion would never be concluded; they hold ids, words and numbers of ours and no user's text. */
const ends = new Set<string>(['StorePromoted', 'StoreCompensated', 'StoreRetracted', 'DocumentRetracted']);
const ledgerEventNames = new Set<string>(ledgerEvents);

/** An ingestion that came to its end, and the span that says so, to be ended once that is committed. */
interface Concluded {
  readonly row: LedgerRow;
  readonly span: OpenSpan | undefined;
}

/**
 * Keeps the read model: one transaction a batch holds the rows, the timeline and the announcement that an ingestion is
 * concluded. It keeps nothing between batches, so a batch that comes again changes nothing.
 */
export class LedgerStage extends PartitionStage {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
    private readonly metrics: Metrics,
    private readonly tracer?: Tracer,
  ) {
    super();
  }

  override open(): PartitionHandler {
    return {
      insists: isEnd,
      handle: async (batch, context) => {
        const events = batch.filter(isForLedger);
        if (events.length > 0) {
          const nowMs = context.nowMs();
          const concluded = await inTransaction(this.pool, (client) => this.apply(client, events, nowMs));
          for (const { row, span } of concluded) {
            measureConclusion(this.metrics, row);
            span?.end();
          }
        }
        return { emissions: [] };
      },
    };
  }

  private async apply(
    client: ClientBase,
    events: readonly LedgerEvent[],
    nowMs: number,
  ): Promise<readonly Concluded[]> {
    const fresh = await insertFresh(client, events);
    if (fresh.length === 0) return [];
    await holdDocuments(
      client,
      fresh.map(({ payload }) => payload),
    );
    const { changed, concluded, released } = foldBatch(await rowsFor(client, fresh), fresh);
    await saveRows(client, changed);
    const ends = concluded.map((row) => ({ row, span: conclusionSpan(this.tracer, row) }));
    await appendToOutbox(client, this.codec, [
      ...ends.map(({ row, span }) => conclusion(row, nowMs, span?.traceparent)),
      ...released.map((row) => conclusion(row, nowMs)),
    ]);
    return ends;
  }
}

/** One with a time that can't be was said by nobody here: it goes to the dead letters, and the stores say it again. */
function isEnd(event: ReceivedEvent): boolean {
  return isForLedger(event) && ends.has(event.type) && eventTimeMs(event) <= timeMsMax;
}

/** An event that names no possible row would fail the batch at the database; it is no ingestion of ours. */
function isForLedger(event: ReceivedEvent): event is ReceivedEvent & LedgerEvent {
  if (!ledgerEventNames.has(event.type) || event.payload.ingestionId === null) return false;
  return isUuid(event.payload.ingestionId) && documentRefProblem(event.payload) === undefined;
}

/** Writes the timeline and keeps the first of each event that was not there before. */
async function insertFresh(client: ClientBase, events: readonly LedgerEvent[]): Promise<LedgerEvent[]> {
  const byId = new Map<string, { entry: TimelineEntry; event: LedgerEvent }>();
  for (const event of events) {
    const entry = timelineEntry(event);
    if (!byId.has(entry.eventId)) byId.set(entry.eventId, { entry, event });
  }
  const distinct = [...byId.values()];
  const unseen = await insertTimeline(
    client,
    distinct.map(({ entry }) => entry),
  );
  return distinct.filter(({ entry }) => unseen.has(entry.eventId)).map(({ event }) => event);
}

async function rowsFor(client: ClientBase, events: readonly LedgerEvent[]): Promise<LedgerRow[]> {
  const named = new Map(events.map((event) => [event.payload.ingestionId, event]));
  const replaced = events.flatMap((event) => (event.type === 'StorePromoted' ? event.payload.replaced : []));
  const told = events.flatMap(rangesOf);
  const ids = [...new Set([...named.keys(), ...replaced.filter(isUuid)])];
  const rows = await lockRows(client, ids, told);
  const known = new Set(rows.map((row) => row.ingestionId));
  const missing = [...named.values()].filter((event) => !known.has(event.payload.ingestionId));
  if (missing.length === 0) return rows;
  await createRows(client, missing.map(bareRow));
  return [
    ...rows,
    ...(await lockRows(
      client,
      missing.map((event) => event.payload.ingestionId),
      [],
    )),
  ];
}

/** A retraction ends what is older; a promotion may take the place of something, or come after what took its place. */
function rangesOf({ type, payload }: LedgerEvent): DocumentRange[] {
  if (type === 'StoreRetracted') return [payload];
  return type === 'StorePromoted' ? [{ ...payload, version: Number.MAX_SAFE_INTEGER }] : [];
}

function bareRow(event: LedgerEvent): LedgerRow {
  const retraction = event.type === 'DocumentRetracted' || event.type === 'StoreRetracted';
  return newRow({ ...event.payload, kind: retraction ? 'retraction' : 'ingestion' });
}
