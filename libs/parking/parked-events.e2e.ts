import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { migrate } from '#database';
import { documentKey, eventId, topics } from '#events';
import { Metrics } from '#telemetry';
import { parseBudget, pausedSinceSql, pricesWith, UsageReader, UsageTable } from '#usage';

import { parsedPart } from '../../test/builders/index.js';
import { LedgerDatabase } from '../ledger/ledger-database.js';
import { ParkedEvents } from './parked-events.js';
import { parkingMigrations } from './parked-events-table.js';
import type { ParkedEvent } from './parking-lot.js';
import { ReleaseParked } from './release-parked.js';

const { postgres } = JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string };
const database = new LedgerDatabase(postgres);
const model = 'openai/gpt-4.1-mini';
const dayMs = 86_400_000;
let book: UsageTable;
let reader: UsageReader;
let lot: ParkedEvents;
let nowMs: number;

beforeAll(async () => {
  await database.open();
  await migrate(database.pool, parkingMigrations);
});

afterAll(() => database.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE penstock.parked_events, penstock.outbox, penstock.model_pauses');
  nowMs = Date.now();
  book = new UsageTable(database.pool);
  reader = new UsageReader(database.pool, []);
  lot = new ParkedEvents(database.pool, database.codec, book, 1000);
});

function aParked(namespace: string, overrides: Partial<ParkedEvent> = {}): ParkedEvent {
  const ids = { documentId: randomUUID(), ingestionId: randomUUID() };
  const payload = { ...parsedPart({ namespace, text: 'Words.' }), ...ids };
  const event = { type: 'DocumentParsed', payload } as const;
  const headers = { ce_id: eventId('DocumentParsed', payload), ce_time: new Date(nowMs).toISOString(), odd: 'a\0b' };
  const place = { topic: topics.parsed.name, partition: 0, offset: 7n, timestampMs: nowMs };
  const envelope = { ...place, id: headers.ce_id, key: documentKey(payload), headers };
  return { event, envelope, model, reason: 'budget-exhausted', message: 'used up', saidAtMs: nowMs, ...overrides };
}

function aRelease({ metrics = new Metrics(), restMs = 0 } = {}): ReleaseParked {
  const rules = { prices: pricesWith([]), defaultBudgets: [] };
  const options = { lot, book, rules, budgetWaitMsMax: 2 * dayMs, restMs, metrics };
  return new ReleaseParked({ ...options, nowMs: () => nowMs });
}

const waiting = async (): Promise<unknown> => (await reader.waiting()).map(({ since: _, ...pause }) => pause);

async function outbox(): Promise<{ key: string; topic: string; headers: Record<string, string> }[]> {
  const { rows } = await database.pool.query<{ key: string; topic: string; headers: Record<string, string> }>(
    'SELECT key, topic, headers FROM penstock.outbox ORDER BY id',
  );
  return rows;
}

/** As after `research` has spent all that it may in a day. */
async function exhaust(namespace: string): Promise<void> {
  await reader.setBudgets(namespace, [parseBudget('10tokens/day')]);
  const caller = { namespace, documentId: null, ingestionId: null };
  const call = { callId: randomUUID(), ...caller, model, purpose: 'extraction', outcome: 'answered' };
  await book.record({ ...call, promptTokens: 8, completionTokens: 2, costUsd: null });
}

describe('parked events', () => {
  it('wait until there is money, and go to their topic again then, as they were and in order', async () => {
    await exhaust('wait');
    const parked = [aParked('wait'), aParked('wait'), aParked('wait')];
    for (const one of parked) expect(await lot.park(one)).toBe(true);
    const metrics = new Metrics();
    nowMs += 60_000;

    const release = aRelease({ metrics });

    await release.turn();
    expect(await database.said()).toEqual([]);
    const message = expect.stringMatching(
      /^wait has used up its budget of 10tokens\/day.*; 3 parts of documents are parked$/,
    );
    expect(await waiting()).toEqual([{ namespace: 'wait', model, reason: 'budget-exhausted', message }]);
    expect(await metrics.registry.metrics()).toMatch(/^penstock_parked_events 3$/m);
    expect(await metrics.registry.metrics()).toMatch(/^penstock_parked_events_age_seconds 60$/m);

    expect(await metrics.registry.metrics()).toContain('penstock_budget_exhausted{namespace="wait"} 1');

    await reader.setBudgets('wait', [parseBudget('100tokens/day')]);
    await release.turn();

    expect(await database.said()).toEqual(parked.map(({ event }) => event));
    const { ce_id, ce_time } = parked[0]?.envelope.headers ?? {};
    expect(await outbox()).toMatchObject(parked.map(({ envelope: { key, topic } }) => ({ key, topic })));
    expect((await outbox())[0]?.headers).toEqual({
      ce_id,
      ce_time,
      ce_dataschema: expect.any(String),
      'parked.times': '1',
    });
    expect(await waiting()).toEqual([]);
    expect(await lot.groups()).toEqual([]);
    expect(await metrics.registry.metrics()).toMatch(/^penstock_parked_events 0$/m);
    expect(await metrics.registry.metrics()).not.toMatch(/^penstock_(budget_exhausted|model_waiting)\{/m);
  });

  it('are kept once, however often they come, and count for a limit', async () => {
    lot = new ParkedEvents(database.pool, database.codec, book, 2);
    const [one, two, three] = [aParked('full'), aParked('full'), aParked('full')];

    const parked = [
      await lot.park(one),
      await lot.park(one),
      await lot.park(two),
      await lot.park(three),
      await lot.park(one),
    ];

    expect(parked).toEqual([true, true, true, false, true]);
    expect(await lot.groups()).toMatchObject([{ namespace: 'full', model, events: 2 }]);
  });

  it('hold up neither other namespaces nor other models', async () => {
    await exhaust('poor');
    await lot.park(aParked('poor'));
    await lot.park(aParked('rich'));

    await aRelease().turn();

    expect((await outbox()).map(({ key }) => key.split('/')[0])).toEqual(['rich']);
    expect(await lot.groups()).toMatchObject([{ namespace: 'poor', events: 1 }]);
  });

  it('are sent to be given up when they are too old, though there is no money', async () => {
    await exhaust('old');
    await lot.park(aParked('old', { saidAtMs: nowMs - 2 * dayMs }));
    await lot.park(aParked('old', { saidAtMs: nowMs - 2 * dayMs + 1000 }));

    await aRelease().turn();

    expect(await outbox()).toHaveLength(1);
    expect(await lot.groups()).toMatchObject([{ events: 1 }]);
  });

  it('rest for a while, lest they go round where a stage is held to other rules', async () => {
    await lot.park(aParked('rest'));

    await aRelease({ restMs: 60_000 }).turn();
    expect(await outbox()).toEqual([]);
    await database.pool.query("UPDATE penstock.parked_events SET parked_at = parked_at - interval '1 minute'");
    await aRelease({ restMs: 60_000 }).turn();

    expect(await outbox()).toHaveLength(1);
  });

  it('tell how often they came back, whatever somebody else wrote there', async () => {
    const metrics = new Metrics();
    const one = aParked('told');
    const park = (headers: Record<string, string>): Promise<boolean> =>
      lot.park({ ...one, envelope: { ...one.envelope, headers: { ...one.envelope.headers, ...headers } } });
    await park({ 'parked.times': 'many' });
    const returns: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      returns.push((await lot.groups())[0]?.returns);
      await lot.release({ namespace: 'told', model }, 0);
      await park((await outbox()).at(-1)?.headers ?? {});
    }
    await exhaust('told');
    await aRelease({ metrics }).turn();

    expect(returns).toEqual([0, 1, 2]);
    expect(await metrics.registry.metrics()).toMatch(/^penstock_parked_events_returns 3$/m);
  });

  it.each([
    ['retracted', 1],
    ['rolled_back', 0],
  ])(
    'are forgotten when their ingestion is %s, and it is undone where nobody asked for that',
    async (status, requests) => {
      const namespace = `ended-${requests}`;
      await exhaust(namespace);
      const { ingestionId, version: _, ...document } = await database.admitted({ namespace, documentId: 'one' });
      // Whoever submits may name versions by the clock.
      const version = 20_261_129_000;
      for (const part of [1, 2]) {
        const payload = { ...parsedPart({ namespace, text: 'Words.' }), ...document, ingestionId, part };
        const parked = aParked(namespace, { event: { type: 'DocumentParsed', payload } });
        expect(await lot.park(parked)).toBe(true);
      }
      await database.pool.query(
        'UPDATE penstock.ingestions SET concluded_at = now(), status = $2, version = $3 WHERE ingestion_id = $1',
        [ingestionId, status, version],
      );

      await aRelease().turn();

      expect(await lot.groups()).toEqual([]);
      expect(await waiting()).toEqual([]);
      const request = { ...document, ingestionId, version, requestedBy: 'janitor', reason: 'retracted' };
      const said = await database.said();
      expect(said).toHaveLength(requests);
      for (const one of said) expect(one).toMatchObject({ type: 'CompensationRequested', payload: request });
    },
  );

  it('are released a bounded amount at a time, each once, by however many', async () => {
    for (let i = 0; i < 25; i += 1) await lot.park(aParked('many'));
    await database.pool.query("UPDATE penstock.parked_events SET value = decode(repeat('00', 1048576), 'hex')");

    const released = await Promise.all([
      lot.release({ namespace: 'many', model }, 0),
      lot.release({ namespace: 'many', model }, 0),
    ]);
    while ((await lot.release({ namespace: 'many', model }, 0)) > 0);

    expect(Math.max(...released)).toBe(8);
    const keys = (await outbox()).map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([25, 25]);
  });
});

describe('a parking lot that is full', () => {
  it('notes one pause, however often somebody tries, and that it holds up others', async () => {
    lot = new ParkedEvents(database.pool, database.codec, book, 0);
    const parked = aParked('full');

    for (let tries = 0; tries < 3; tries += 1) {
      expect(await lot.park(parked)).toBe(false);
      await aRelease().turn();
    }

    const { rows } = await database.pool.query('SELECT parked, ended_at FROM penstock.model_pauses');
    expect(rows).toEqual([{ parked: false, ended_at: null }]);
  });
});

describe('the time for which events are parked', () => {
  it('counts for no deadline of its namespace, though nobody speaks of it, and for those of others', async () => {
    await lot.park(aParked('parked'));
    await database.pool.query(
      "UPDATE penstock.model_pauses SET started_at = now() - interval '5 hours', seen_at = now() - interval '4 hours'",
    );
    const hours = async (namespace: string): Promise<number> => {
      const sql = `SELECT extract(epoch FROM ${pausedSinceSql("now() - interval '3 hours'", '$1::text')})::float8 / 3600 AS hours`;
      const { rows } = await database.pool.query<{ hours: number }>(sql, [namespace]);
      return rows[0]?.hours ?? NaN;
    };

    expect(await hours('parked')).toBeCloseTo(3, 2);
    expect(await hours('another')).toBe(0);
  });

  it('ends when nothing is parked any more, also while it was not noted that something is', async () => {
    await exhaust('late');
    await lot.park(aParked('late'));
    await database.pool.query('UPDATE penstock.model_pauses SET ended_at = now()');

    await aRelease().turn();

    expect(await waiting()).toMatchObject([{ namespace: 'late' }]);
  });
});
