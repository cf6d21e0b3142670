import { randomUUID } from 'node:crypto';

import pg from 'pg';

import { createPool, inTransaction, migrate } from '#database';
import { emission, EventCodec, outgoingEvent, type OutgoingEvent } from '#events';
import { createLogger, Metrics } from '#telemetry';

import { appendToOutbox } from './append-to-outbox.js';
import { MemoryLog, MemoryRegistry } from './outbox-fakes.js';
import { OutboxRelay } from './outbox-relay.js';
import { outboxMigrations } from './outbox-table.js';
import type { RawPublisher } from './raw-publisher.js';

/** A fresh database with an outbox, a log in memory, and the relays between them, for one test. */
export class OutboxFixture {
  readonly codec = new EventCodec(new MemoryRegistry(), new URL('../../avro/', import.meta.url));
  readonly log = new MemoryLog();
  private readonly relays: OutboxRelay[] = [];

  private constructor(
    readonly pool: pg.Pool,
    private readonly serverUrl: string,
    private readonly url: string,
  ) {}

  /** @param serverUrl any database of the server on which the fresh one is made. */
  static async open(serverUrl: string): Promise<OutboxFixture> {
    const name = `outbox_${randomUUID().replaceAll('-', '')}`;
    await onServer(serverUrl, `CREATE DATABASE ${name}`);
    const url = Object.assign(new URL(serverUrl), { pathname: name }).href;
    const fixture = new OutboxFixture(createPool(url, { name: 'outbox-test', max: 30 }), serverUrl, url);
    await fixture.codec.start();
    await migrate(fixture.pool, outboxMigrations);
    return fixture;
  }

  async close(): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.stop()));
    await this.pool.end();
    await onServer(this.serverUrl, `DROP DATABASE ${this.name} WITH (FORCE)`);
  }

  /** Starts a relay; it stops with the fixture. */
  relay(
    options: { readonly batchSize?: number; readonly publisher?: RawPublisher; readonly metrics?: Metrics } = {},
  ): OutboxRelay {
    const { url, log: publisher } = this;
    const { codec } = this;
    const relay = new OutboxRelay({
      url,
      publisher,
      codec,
      log: createLogger('silent'),
      metrics: new Metrics(),
      ...options,
    });
    this.relays.push(relay);
    relay.start();
    return relay;
  }

  /** Appends events in a transaction of their own. */
  say(...events: readonly OutgoingEvent[]): Promise<void> {
    return inTransaction(this.pool, (client) => appendToOutbox(client, this.codec, events));
  }

  rowsLeft(): Promise<number> {
    return this.count('SELECT count(*)::int AS n FROM outbox');
  }

  /** Why rows were refused, oldest first. */
  async refusals(): Promise<string[]> {
    const refused = 'SELECT refusal FROM outbox WHERE refusal IS NOT NULL ORDER BY id';
    return (await this.pool.query<{ refusal: string }>(refused)).rows.map(({ refusal }) => refusal);
  }

  relayConnections(): Promise<number> {
    return this.count(`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE application_name = 'penstock.outbox-relay' AND datname = current_database()`);
  }

  locksHeld(): Promise<number> {
    return this.count(`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  }

  /** Kills the connections of all relays, as a failing server or network would. */
  async terminateRelays(): Promise<void> {
    await onServer(
      this.serverUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'penstock.outbox-relay' AND datname = '${this.name}'`,
    );
  }

  private get name(): string {
    return new URL(this.url).pathname.slice(1);
  }

  private async count(sql: string): Promise<number> {
    return (await this.pool.query<{ n: number }>(sql)).rows[0]?.n ?? -1;
  }
}

/** An event of a document, different from every other one. */
export function said(documentId: string): OutgoingEvent {
  const ingestionId = randomUUID();
  const request = { namespace: 'default', documentId, ingestionId, version: 1, requestedBy: 'deadline' };
  const payload = {
    ...request,
    reason: 'deadline',
    message: 'too late',
    requestedAt: 1_700_000_000_000,
    confirmed: false,
  };
  return outgoingEvent(emission('CompensationRequested', payload), { role: 'test', timeMs: payload.requestedAt });
}

/** That an ingestion of a document came to its end. */
export function ended(documentId: string): OutgoingEvent {
  const identity = { namespace: 'default', documentId, ingestionId: randomUUID(), version: 1 };
  const counts = { parts: 1, chunks: 1, entities: 0, facts: 0, mentions: 0 };
  const payload = {
    ...identity,
    status: 'live',
    error: null,
    stagingRef: null,
    counts,
    concludedAt: 1_700_000_000_000,
  };
  return outgoingEvent(emission('IngestionConcluded', payload), { role: 'ledger', timeMs: payload.concludedAt });
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Waits for a condition, for at most 30 seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('waited 30 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
