import pg from 'pg';

import { postgresFailure } from '#database';
import type { PenstockFailure } from '#failure';

import { outboxChannel } from './outbox-table.js';
import type { OutboxRow, OutboxRows } from './relay-turn.js';

/** Any number that nobody else in this database uses as an advisory lock. */
const relayLock = 7_201_974;
const queryTimeoutMs = 30_000;
const connectTimeoutMs = 5_000;

/** Lets the server notice within half a minute that a relay's machine is gone, and free the lock. */
const keepalives = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/** What waits in the outbox. */
export interface OutboxBacklog {
  readonly rows: number;
  readonly ageSeconds: number;
  /** Rows that the log refuses and that may not be given up. */
  readonly refused: number;
}

const refusedRetryMs = 5_000;
const refusalLengthMax = 1_000;

const selectRows = `
SELECT id, topic, key, value, headers, refused_at IS NOT NULL AS held FROM penstock.outbox AS row
WHERE NOT EXISTS (
  SELECT FROM penstock.outbox AS first
  WHERE first.key = row.key AND first.id <= row.id
    AND first.refused_at > clock_timestamp() - interval '${refusedRetryMs} milliseconds')
ORDER BY id LIMIT $1`.trim();
const holdRow = 'UPDATE penstock.outbox SET refused_at = clock_timestamp(), refusal = $2 WHERE id = $1';
const deleteRows = 'DELETE FROM penstock.outbox WHERE id = ANY($1::bigint[])';
const selectBacklog = `
SELECT count(*)::int AS rows,
  coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS "ageSeconds",
  count(refused_at)::int AS refused
FROM penstock.outbox`;

/**
 * The one connection over which a relay locks, listens, reads and deletes. Whoever loses the connection loses the lock
 * with it, and can then neither read nor delete.
 *
 * Rows are read in the order of their ids, as far as they are visible, and only rows that were read are deleted. So a
 * gap in the sequence, left by a transaction that still runs, loses nothing. Transactions that speak of one document
 * stand behind one another on a lock, as `appendToOutbox` says: a row of the later one exists only after the earlier
 * one is visible.
 * A horizon (only rows below the oldest running transaction) is not used on purpose: any long transaction of the
 * database would hold back every event, and a document whose earlier commit has the higher transaction id would be
 * reordered.
 */
export class RelaySession implements OutboxRows {
  private readonly client: pg.Client;
  private failure: Error | undefined;
  /** The backlog is measured while rows are read and removed, and a connection takes one query at a time. */
  private before: Promise<unknown> = Promise.resolve();

  constructor(
    url: string,
    private readonly onWake: () => void,
  ) {
    this.client = new pg.Client({
      connectionString: url,
      application_name: 'penstock.outbox-relay',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
      options: keepalives,
    });
  }

  /** @throws TransientFailure if the server can't be reached. */
  async open(): Promise<void> {
    this.client.on('error', (error) => this.lose(error));
    this.client.on('end', () => this.lose(new Error('connection ended')));
    this.client.on('notification', this.onWake);
    await this.run(() => this.client.connect());
  }

  /** Takes the relay's lock if no other relay holds it; it is held until the connection ends. */
  async tryLock(): Promise<boolean> {
    const rows = await this.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [relayLock]);
    return rows[0]?.locked === true;
  }

  /** From now on every commit that filled the outbox wakes the relay. */
  async listen(): Promise<void> {
    await this.query(`LISTEN ${outboxChannel}`);
  }

  async read(limit: number): Promise<OutboxRow[]> {
    return this.query<OutboxRow>(selectRows, [limit]);
  }

  async remove(rows: readonly OutboxRow[]): Promise<void> {
    await this.query(deleteRows, [rows.map((row) => row.id)]);
  }

  /** Nobody reads this row, or one behind it of its key, for a few seconds; whoever looks sees why. */
  async hold({ id }: OutboxRow, { reason, message }: PenstockFailure): Promise<void> {
    await this.query(holdRow, [id, `${reason}: ${message}`.slice(0, refusalLengthMax)]);
  }

  async backlog(): Promise<OutboxBacklog> {
    const rows = await this.query<OutboxBacklog>(selectBacklog);
    return rows[0] ?? { rows: 0, ageSeconds: 0, refused: 0 };
  }

  /** True once the connection is lost, and with it the lock. */
  get lost(): boolean {
    return this.failure !== undefined;
  }

  /** Ends the connection, which frees the lock; never throws. */
  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private lose(error: Error): void {
    this.failure ??= error;
    this.onWake();
  }

  private query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const ask = async (): Promise<Row[]> => (await this.client.query<Row & pg.QueryResultRow>(sql, [...values])).rows;
    const rows = this.before.then(() => this.run(ask));
    this.before = rows.catch(() => undefined);
    return rows;
  }

  private async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.failure !== undefined) throw this.failure;
      return await work();
    } catch (error) {
      throw postgresFailure(error);
    }
  }
}
