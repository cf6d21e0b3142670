import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';
import { v7 } from 'uuid';

import { createPool, inTransaction, migrate } from '#database';
import { EventCodec, SchemaRegistryClient, type DocumentRef, type Emission } from '#events';
import type { PartitionHandler, ReceivedEvent } from '#kafka';
import { outboxMigrations } from '#outbox';
import { usageMigrations } from '#usage';

import { admit } from './admit.js';
import { announceRetraction } from './announce-retraction.js';
import type { TestIngestion } from './ledger-builders.js';
import type { LedgerEvent } from './ledger-row.js';
import { ledgerMigrations } from './ledger-table.js';

/** A registry in memory: every schema gets the next id. */
class MemoryRegistry extends SchemaRegistryClient {
  private readonly sources: string[] = [];

  register(_subject: string, source: string): Promise<number> {
    return Promise.resolve(this.sources.push(source));
  }

  schemaById(id: number): Promise<string> {
    return Promise.resolve(this.sources[id - 1] ?? '');
  }
}

/** A fresh database with the ledger's tables, for one test file. */
export class LedgerDatabase {
  readonly codec = new EventCodec(new MemoryRegistry(), new URL('../../avro/', import.meta.url));
  private opened: pg.Pool | undefined;
  private readonly name = `ledger_${randomUUID().replaceAll('-', '')}`;

  /** @param serverUrl any database of the server on which the fresh one is made. */
  constructor(private readonly serverUrl: string) {}

  get pool(): pg.Pool {
    if (this.opened === undefined) throw new Error('open() comes first');
    return this.opened;
  }

  async open(): Promise<void> {
    await this.codec.start();
    await this.onServer(`CREATE DATABASE ${this.name}`);
    const url = Object.assign(new URL(this.serverUrl), { pathname: this.name }).href;
    this.opened = createPool(url, { name: 'ledger-test', max: 20 });
    await migrate(this.opened, [...outboxMigrations, ...ledgerMigrations, ...usageMigrations]);
  }

  async close(): Promise<void> {
    await this.opened?.end();
    await this.onServer(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }

  /** Events that wait in the outbox, in order. */
  async said(): Promise<Emission[]> {
    const { rows } = await this.pool.query<{ value: Buffer }>('SELECT value FROM outbox ORDER BY id');
    return Promise.all(rows.map(({ value }) => this.codec.decode(value)));
  }

  /** A version of a document, admitted like one of the API. */
  async admitted(document: DocumentRef): Promise<TestIngestion> {
    const what = { source: 'inline', location: null, title: null, mediaType: null, metadata: {}, submittedAt: 0 };
    const submission = { ...document, ingestionId: v7(), ...what };
    const { version } = await inTransaction(this.pool, (client) => admit(client, submission));
    return { ...document, ingestionId: submission.ingestionId, version };
  }

  /** Begins work while a retraction of a document is said and not committed; answers whether it waited for that. */
  async besideRetraction(document: DocumentRef, work: () => Promise<unknown>): Promise<boolean> {
    const retraction = { ...document, ingestionId: v7(), nowMs: 0, reason: 'test', role: 'api' };
    const { waits, end } = await inTransaction(this.pool, async (client) => {
      await announceRetraction(client, this.codec, retraction);
      return this.beside(work);
    });
    await end;
    return waits;
  }

  /** Begins work beside a transaction that is open, and answers once that waits for a lock or has ended. */
  async beside(work: () => Promise<unknown>): Promise<{ readonly waits: boolean; readonly end: Promise<unknown> }> {
    let ended = false;
    const end = work();
    const note = (): boolean => (ended = true);
    end.then(note, note);
    while (!ended && !(await this.isSomeoneWaiting())) await pause(10);
    return { waits: !ended, end };
  }

  private async isSomeoneWaiting(): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rowCount !== 0;
  }

  private async onServer(sql: string): Promise<void> {
    const client = new pg.Client(this.serverUrl);
    await client.connect();
    await client.query(sql);
    await client.end();
  }
}

/** Gives a handler events as if they came from the log. */
export async function feed(handler: PartitionHandler, events: readonly LedgerEvent[], nowMs = 0): Promise<void> {
  const batch = events.map((event, offset): ReceivedEvent => {
    const place = { topic: 'test', partition: 0, offset: BigInt(offset), timestampMs: 0, headers: {} };
    return { ...event, ...place, id: 'unused', key: 'unused' };
  });
  const { signal } = new AbortController();
  const logEnd = (): Promise<bigint> => Promise.resolve(0n);
  await handler.handle(batch, { signal, attempt: 0, triedForMs: 0, nowMs: () => nowMs, readTo: 0n, logEnd });
}
