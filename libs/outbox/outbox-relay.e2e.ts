import { randomUUID } from 'node:crypto';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { createPool, inTransaction, migrate } from '#database';
import { emission, EventCodec, outgoingEvent, type OutgoingEvent } from '#events';
import { createLogger, Metrics } from '#telemetry';

import { appendToOutbox } from './append-to-outbox.js';
import { MemoryLog, MemoryRegistry } from './outbox-fakes.js';
import { OutboxRelay } from './outbox-relay.js';
import { outboxMigrations } from './outbox-table.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const codec = new EventCodec(new MemoryRegistry(), new URL('../../avro/', import.meta.url));
const metrics = new Metrics();

let pool: pg.Pool;
let url: string;
let log: MemoryLog;
let relays: OutboxRelay[];

beforeAll(() => codec.start());

beforeEach(async () => {
  url = await freshDatabase();
  pool = createPool(url, { name: 'test', max: 30 });
  await migrate(pool, outboxMigrations);
  log = new MemoryLog();
  relays = [];
});

afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await pool.end();
  await onServer(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
});

describe('OutboxRelay', () => {
  it('publishes what was committed, decodable, with its headers, and empties the outbox', async () => {
    relay();
    const event = said('a');
    await say(event);
    await until(() => log.records.length === 1);
    const [record] = log.records;
    expect(record).toMatchObject({ topic: event.topic, key: 'default/a', headers: event.headers });
    expect(await codec.decode(record?.value ?? null)).toEqual(event.event);
    await until(async () => (await rowsLeft()) === 0);
  });

  it('publishes nothing of a transaction that was rolled back', async () => {
    relay();
    const refused = inTransaction(pool, async (client) => {
      await appendToOutbox(client, codec, [said('undone')]);
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    await say(said('kept'));
    await until(() => log.records.length > 0);
    expect(log.records.map((record) => record.key)).toEqual(['default/kept']);
  });

  it('wakes within 100 ms of a commit', async () => {
    relay();
    await say(said('warm-up'));
    await until(() => log.records.length === 1);
    const delays: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await say(said('timed'));
      const committedAt = performance.now();
      await until(() => log.records.length === round + 2);
      delays.push(performance.now() - committedAt);
    }
    expect(delays.toSorted((a, b) => a - b)[5]).toBeLessThan(100);
  });

  it('loses nothing when a transaction with lower ids commits after one with higher ids', async () => {
    relay();
    const slow = await pool.connect();
    await slow.query('BEGIN');
    await appendToOutbox(slow, codec, [said('slow'), said('slow')]);
    await say(said('quick'));
    await until(() => log.idsOf('default/quick').length === 1);
    expect(log.idsOf('default/slow')).toEqual([]);
    await slow.query('COMMIT');
    slow.release();
    await until(() => log.idsOf('default/slow').length === 2);
  });

  it('keeps commit order when the later transaction of a document has the lower transaction id', async () => {
    const [bystander, early, late] = [await pool.connect(), await pool.connect(), await pool.connect()];
    const [first, second] = [said('a'), said('a')];
    for (const client of [early, bystander, late]) {
      await client.query('BEGIN');
      await client.query('SELECT pg_current_xact_id()');
    }
    await appendToOutbox(late, codec, [first]);
    await late.query('COMMIT');
    await appendToOutbox(early, codec, [second]);
    await early.query('COMMIT');
    relay();
    await until(() => log.idsOf('default/a').length === 2);
    expect(log.idsOf('default/a')).toEqual([first.headers['ce_id'], second.headers['ce_id']]);
    await bystander.query('ROLLBACK');
    for (const client of [bystander, early, late]) client.release();
  });

  it('loses nothing and keeps commit order per document under interleaved writers, two relays and killed connections', async () => {
    await pool.query('CREATE TABLE commits (key text PRIMARY KEY, ids text[] NOT NULL)');
    relay({ batchSize: 7 });
    relay({ batchSize: 7 });
    const writers = Array.from({ length: 12 }, (_, writer) => write(writer, 40));
    const killer = killRelays(6);
    await Promise.all([...writers, killer]);
    await until(async () => (await rowsLeft()) === 0);
    const { rows } = await pool.query<{ key: string; ids: string[] }>('SELECT key, ids FROM commits');
    expect(rows).toHaveLength(5);
    for (const { key, ids } of rows) expect(log.idsOf(key)).toEqual(ids);
  });

  it('keeps rows through a broker outage and sends them in order afterwards', async () => {
    log.available = false;
    relay();
    const events = [said('a'), said('a'), said('a')];
    for (const event of events) await say(event);
    await until(() => log.refused >= 2);
    expect(await rowsLeft()).toBe(3);
    log.available = true;
    await until(async () => (await rowsLeft()) === 0);
    expect(log.idsOf('default/a')).toEqual(events.map((event) => event.headers['ce_id']));
  });

  it('lets a second relay take over when the first one stops, and never both work', async () => {
    const first = relay();
    await say(said('a'));
    await until(() => log.records.length === 1);
    relay();
    await until(async () => (await relayConnections()) === 2);
    expect(await locksHeld()).toBe(1);
    await first.stop();
    await say(said('b'));
    await until(() => log.records.length === 2);
    expect(await locksHeld()).toBe(1);
  });

  it('deletes nothing after it lost its connection in the middle of a batch, and sends the batch again', async () => {
    let letAppend = (): void => undefined;
    const held = new Promise<void>((resolve) => (letAppend = resolve));
    let underWay = false;
    log.beforeAppend = () => {
      underWay = true;
      return held;
    };
    relay();
    await say(said('a'));
    await until(() => underWay);
    await onServer(terminateRelays());
    letAppend();
    await until(async () => log.records.length >= 2 && (await rowsLeft()) === 0);
    expect(log.idsOf('default/a')).toHaveLength(1);
  });
});

function relay(options: { batchSize?: number } = {}): OutboxRelay {
  const made = new OutboxRelay({ url, publisher: log, log: createLogger('silent'), metrics, ...options });
  relays.push(made);
  made.start();
  return made;
}

function said(documentId: string): OutgoingEvent {
  const ingestionId = randomUUID();
  const request = { namespace: 'default', documentId, ingestionId, version: 1, requestedBy: 'deadline' };
  const payload = { ...request, reason: 'deadline', message: 'too late', requestedAt: 1_700_000_000_000 };
  return outgoingEvent(emission('CompensationRequested', payload), { role: 'test', timeMs: payload.requestedAt });
}

function say(...events: OutgoingEvent[]): Promise<void> {
  return inTransaction(pool, (client) => appendToOutbox(client, codec, events));
}

/** Writes events of five documents; the order of the commits is recorded under the document's row lock. */
async function write(writer: number, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const event = said(`d${(writer + round) % 5}`);
    await inTransaction(pool, async (client) => {
      await client.query('SELECT pg_current_xact_id()');
      await client.query('SELECT pg_sleep($1)', [((writer * 7 + round) % 5) / 1000]);
      await client.query(
        `INSERT INTO commits VALUES ($1, ARRAY[$2::text])
         ON CONFLICT (key) DO UPDATE SET ids = commits.ids || excluded.ids`,
        [event.key, event.headers['ce_id']],
      );
      await appendToOutbox(client, codec, [event]);
    });
  }
}

async function killRelays(times: number): Promise<void> {
  for (let killed = 0; killed < times; killed += 1) {
    const seen = log.records.length;
    await until(() => log.records.length >= seen + 20 || log.records.length >= 400);
    await onServer(terminateRelays());
  }
}

function terminateRelays(): string {
  const name = new URL(url).pathname.slice(1);
  return `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'penstock.outbox-relay' AND datname = '${name}'`;
}

async function count(sql: string): Promise<number> {
  return (await pool.query<{ n: number }>(sql)).rows[0]?.n ?? -1;
}

function rowsLeft(): Promise<number> {
  return count('SELECT count(*)::int AS n FROM outbox');
}

function relayConnections(): Promise<number> {
  return count(`SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE application_name = 'penstock.outbox-relay' AND datname = current_database()`);
}

function locksHeld(): Promise<number> {
  return count(`SELECT count(*)::int AS n FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('waited 30 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client(stackUrl);
  await client.connect();
  await client.query(sql);
  await client.end();
}

async function freshDatabase(): Promise<string> {
  const name = `outbox_${randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name}`);
  return Object.assign(new URL(stackUrl), { pathname: name }).href;
}
