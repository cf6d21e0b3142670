import type { Pool } from 'pg';

import { inTransaction } from '#database';
import { outgoingEvent, type EventCodec } from '#events';
import { appendToOutbox } from '#outbox';
import { loggedFailure, type Log } from '#telemetry';

import { deadlineEvent } from './deadline.js';
import { fromRecord, ledgerColumns, type LedgerRecord } from './mapping.js';
import { overdueSql } from './overdue.js';

export interface DeadlineWatchOptions {
  readonly pool: Pool;
  readonly codec: EventCodec;
  readonly log: Log;
  readonly sagaDeadlineMs: number;
  /** Default: one minute. */
  readonly intervalMs?: number;
}

type OverdueRecord = LedgerRecord & {
  readonly traceparent: string | null;
  readonly deadline_requested_at: Date | null;
};

const batchSize = 500;
const intervalDefaultMs = 60_000;

/**
 * What somebody gave up before is asked for again, and again after each deadline, until all stores have said that they
 * undid it: one of them may have missed the request. What four stores hold is not, unless one of them undid it, which
 * tells how it was decided. A retraction is said again in the same way: it removes the same versions whenever it comes.
 *
 * Documents are held as `holdDocument` does, but not waited for: the next look is early enough for one that somebody
 * else speaks of just now.
 */
const lockOverdue = `
SELECT ${ledgerColumns.join(', ')}, traceparent, deadline_requested_at
FROM penstock.ingestions JOIN penstock.documents USING (namespace, document_id)
WHERE ${overdueSql('to_timestamp($1::float8 / 1000)')}
  AND (deadline_requested_at IS NULL OR deadline_requested_at < to_timestamp($1::float8 / 1000))
  AND (kind = 'retraction'
    OR stores @? '$.* ? (@ == "pending" || @ == "rolled_back")')
ORDER BY ingestion_id LIMIT $2 FOR UPDATE OF documents, ingestions SKIP LOCKED`;
const markRequested = `
UPDATE penstock.ingestions SET deadline_requested_at = to_timestamp($1::float8 / 1000)
WHERE ingestion_id = ANY($2::uuid[])`;

/**
 * Gives up ingestions that nobody decides, and insists on those that were given up and on deletions: neither a role
 * that is not running nor a store that missed a request may leave documents waiting, or shown, for ever.
 */
export class DeadlineWatch {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: DeadlineWatchOptions) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.running = this.running.then(() => this.sweep());
    }, this.options.intervalMs ?? intervalDefaultMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.running;
  }

  /**
   * Says what has to be said of everything overdue, once each in a deadline, and returns how many that were.
   * @throws TransientFailure if the database is away.
   */
  async check(nowMs: number): Promise<number> {
    let total = 0;
    for (;;) {
      const found = await this.requestBatch(nowMs);
      total += found;
      if (found < batchSize) return total;
    }
  }

  private async sweep(): Promise<void> {
    try {
      await this.check(Date.now());
    } catch (error) {
      this.options.log.warn(loggedFailure(error), 'saga deadlines could not be checked');
    }
  }

  private async requestBatch(nowMs: number): Promise<number> {
    const { pool, codec, log, sagaDeadlineMs } = this.options;
    const overdue = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<OverdueRecord>(lockOverdue, [nowMs - sagaDeadlineMs, batchSize]);
      if (rows.length === 0) return rows;
      const said = rows.map((record) => {
        const isFirst = record.deadline_requested_at === null;
        const event = deadlineEvent(fromRecord(record), { nowMs, deadlineMs: sagaDeadlineMs, isFirst });
        return outgoingEvent(event, { role: 'ledger', timeMs: nowMs, traceparent: record.traceparent ?? undefined });
      });
      await client.query(markRequested, [nowMs, rows.map((record) => record.ingestion_id)]);
      await appendToOutbox(client, codec, said);
      return rows;
    });
    for (const { ingestion_id: ingestionId, namespace, document_id: documentId, kind, status } of overdue) {
      log.warn({ namespace, documentId, ingestionId, kind, status }, 'the saga deadline has passed');
    }
    return overdue.length;
  }
}
