import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import { createPool, migrate } from '#database';

import type { CallsWanted } from './list-calls.js';
import { TurnsTable, turnsMigrations } from './turns-table.js';
import { turnsContract } from './turns.contract.js';
import { aCall, usageBookContract } from './usage-book.contract.js';
import { UsageReader } from './usage-reader.js';
import { pausedSinceSql, usageMigrations } from './usage-schema.js';
import { UsageTable } from './usage-table.js';

const stack = JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres?: string };
let pool: Pool;
let other: Pool;

beforeAll(async () => {
  if (!stack.postgres) throw new Error('PENSTOCK_TEST_STACK names no PostgreSQL');
  pool = createPool(stack.postgres, { name: 'usage-test', max: 6 });
  other = createPool(stack.postgres, { name: 'usage-test-other', max: 6 });
  await migrate(pool, [...turnsMigrations, ...usageMigrations]);
});

afterAll(() => Promise.all([pool.end(), other.end()]));

let opened = 0;
turnsContract('TurnsTable', () => new TurnsTable((opened += 1) % 2 ? pool : other));
usageBookContract('UsageTable', () => new UsageTable(pool));

describe('calls that were paid for', () => {
  const reader = (): UsageReader => new UsageReader(pool, []);
  const [first, second, third] = ['1', '2', '3'].map(
    (digit) => `${digit.repeat(8)}-0000-4000-8000-${randomUUID().slice(24)}`,
  );
  const call = { ...aCall(), outcome: 'refused', costUsd: null };
  const at = '1990-02-01T00:00:00.123456Z';
  const mine = { namespaces: [call.namespace], limit: 10 };

  async function idsOf(filter: Partial<CallsWanted>): Promise<string[]> {
    return (await reader().calls({ ...mine, ...filter })).items.map(({ id }) => id);
  }

  beforeAll(async () => {
    const insert = `INSERT INTO penstock.model_calls (call_id, at, namespace, document_id, ingestion_id, model, purpose,
      outcome, prompt_tokens, completion_tokens, cost_usd) VALUES ($1, $2, $3, $4, $5, 'm', 'extraction', $6, 100, 20, $7)`;
    const { namespace, documentId, ingestionId, outcome, costUsd } = call;
    await pool.query(insert, [third, at, namespace, documentId, ingestionId, outcome, costUsd]);
    await pool.query(insert, [first, at, namespace, documentId, randomUUID(), 'answered', 0.5]);
    await pool.query(insert, [second, '1990-02-01T00:00:00.123457Z', namespace, null, null, 'answered', 0.25]);
    await pool.query(insert, [randomUUID(), at, aCall().namespace, documentId, ingestionId, outcome, costUsd]);
  });

  it('are listed newest first, each with what it was for and what it cost', async () => {
    const { items, ...rest } = await reader().calls(mine);

    expect(items.map(({ id, usd }) => [id, usd])).toEqual([
      [second, 0.25],
      [third, null],
      [first, 0.5],
    ]);
    expect(items[1]).toEqual({
      ...{ id: third, at: '1990-02-01T00:00:00.123Z', namespace: call.namespace, documentId: call.documentId },
      ...{ ingestionId: call.ingestionId, model: 'm', purpose: 'extraction', outcome: 'refused' },
      ...{ promptTokens: 100, completionTokens: 20, usd: null },
    });
    expect(rest).toEqual({});
  });

  it('come page by page, none twice and none left out, also where moments are the same', async () => {
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await reader().calls({ ...mine, limit: 1, cursor });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);

    expect(paged).toEqual([second, third, first]);
    for (const bad of ['', '1', third, `1-${third}0`, `-1-${third}`]) {
      await expect(idsOf({ cursor: bad })).rejects.toMatchObject({ kind: 'permanent', reason: 'bad-cursor' });
    }
  });

  it('are found by document, ingestion, outcome and time, and by no namespace but those that are asked about', async () => {
    const { documentId, ingestionId } = call;
    const [secondMs, nextMs] = [Date.parse('1990-02-01'), Date.parse('1990-02-02')];

    expect(await idsOf({ documentId: documentId ?? '' })).toEqual([third, first]);
    expect(await idsOf({ ingestionId: ingestionId ?? '' })).toEqual([third]);
    expect(await idsOf({ outcome: 'answered' })).toEqual([second, first]);
    expect(await idsOf({ fromMs: secondMs, toMs: nextMs })).toHaveLength(3);
    expect(await idsOf({ toMs: secondMs })).toEqual([]);
    expect(await idsOf({ namespaces: [] })).toEqual([]);
    expect(await idsOf({ namespaces: undefined, ingestionId: ingestionId ?? '' })).toHaveLength(2);
  });
});

describe('pauses', () => {
  it('count once where they overlap, and only after the moment that is asked about', async () => {
    const insert = `INSERT INTO penstock.model_pauses (namespace, model, reason, message, started_at, seen_at, ended_at)
      VALUES ($1, 'm', 'r', '', $2::timestamptz, $3::timestamptz, $4::timestamptz)`;
    const namespace = randomUUID();
    // Long ago, where no other test has a pause.
    const spans = [
      ['1990-01-01T00:00Z', '1990-01-01T01:00Z', '1990-01-01T02:00Z'],
      ['1990-01-01T01:00Z', '1990-01-01T03:00Z', null],
      ['1990-01-01T10:00Z', '1990-01-01T10:30Z', null],
    ];
    for (const span of spans) await pool.query(insert, [namespace, ...span]);

    const hours = async (since: string, asker = 'another'): Promise<number> => {
      const sql = `SELECT extract(epoch FROM ${pausedSinceSql('$1::timestamptz', '$2::text')}) / 3600 AS hours`;
      const { rows } = await pool.query<{ hours: string }>(sql.replaceAll('model_pauses', 'paused_then'), [
        since,
        asker,
      ]);
      return Number(rows[0]?.hours);
    };
    await pool.query(
      `CREATE VIEW penstock.paused_then AS SELECT * FROM penstock.model_pauses WHERE namespace = '${namespace}'`,
    );

    expect(await hours('1980-01-01T00:00Z')).toBeCloseTo(3.5, 9);
    expect(await hours('1990-01-01T02:30Z')).toBeCloseTo(1, 9);
    expect(await hours('1991-01-01T00:00Z')).toBe(0);
    await pool.query(
      `INSERT INTO penstock.model_pauses (namespace, model, reason, message, started_at, seen_at, ended_at, parked)
       VALUES ($1, 'm', 'r', '', '1990-01-02T00:00Z', '1990-01-02T00:00Z', '1990-01-02T05:00Z', true)`,
      [namespace],
    );
    expect(await hours('1990-01-02T00:00Z')).toBe(0);
    expect(await hours('1990-01-02T00:00Z', namespace)).toBeCloseTo(5, 9);
    await pool.query('DROP VIEW penstock.paused_then');
    await pool.query('DELETE FROM penstock.model_pauses WHERE namespace = $1', [namespace]);
  });

  it('go on in one row while they are seen, and end', async () => {
    const { namespace, model } = aCall();
    const book = new UsageTable(pool);
    const pause = { namespace, model, reason: 'model-quota', message: 'none left' };
    await book.pause(pause);
    await book.pause(pause);
    const sql =
      'SELECT ended_at IS NULL AS open, seen_at > started_at AS seen FROM penstock.model_pauses WHERE namespace = $1';

    const before = await pool.query(sql, [namespace]);
    await book.resume(pause);
    const after = await pool.query(sql, [namespace]);

    expect(before.rows).toEqual([{ open: true, seen: true }]);
    expect(after.rows).toEqual([{ open: false, seen: true }]);
  });

  it('are told to their own namespace, the oldest first, until nobody speaks of them or they end', async () => {
    const [{ namespace, model }, other] = [aCall(), aCall()];
    const book = new UsageTable(pool);
    const reader = new UsageReader(pool, []);
    const pause = { namespace, model, reason: 'model-key-refused', message: 'wrong' };
    await book.pause({ ...pause, namespace: other.namespace, message: 'of another' });
    const before = await reader.waitingOf(namespace);
    await book.pause(pause);
    await book.park({ ...pause, reason: 'budget-exhausted', message: 'used up' });

    const oldest = await reader.waitingOf(namespace);
    const silent = `UPDATE penstock.model_pauses SET started_at = now() - interval '1 hour',
      seen_at = now() - interval '11 minutes' WHERE namespace = $1`;
    await pool.query(silent, [namespace]);
    const parked = await reader.waitingOf(namespace);
    await pool.query('UPDATE penstock.model_pauses SET ended_at = now() WHERE namespace = $1', [namespace]);

    expect(before).toBeNull();
    expect(oldest).toEqual({ reason: 'model-key-refused', message: 'wrong', since: expect.any(String) });
    expect(parked).toMatchObject({ reason: 'budget-exhausted', message: 'used up' });
    expect(await reader.waitingOf(namespace)).toBeNull();
  });

  it('that are parked go on in one row of their own, whatever else waits or goes on, until they are said to end', async () => {
    const { namespace, model } = aCall();
    const book = new UsageTable(pool);
    const pause = { namespace, model, reason: 'budget-exhausted', message: 'used up' };
    const open = async (): Promise<unknown[]> => {
      const sql = `SELECT parked, message FROM penstock.model_pauses
        WHERE namespace = $1 AND ended_at IS NULL ORDER BY parked`;
      return (await pool.query(sql, [namespace])).rows;
    };
    const others = async (): Promise<{ namespace: string; model: string }[]> => {
      const sql = 'SELECT namespace, model FROM penstock.model_pauses WHERE parked AND ended_at IS NULL';
      const { rows } = await pool.query<{ namespace: string; model: string }>(sql);
      return rows.filter((row) => row.namespace !== namespace);
    };
    await book.park(pause);
    await book.pause(pause);
    await book.park({ ...pause, message: 'still' });
    expect(await open()).toEqual([
      { parked: false, message: 'used up' },
      { parked: true, message: 'still' },
    ]);

    await book.resume(pause);
    await book.parkOnly([...(await others()), pause]);
    expect(await open()).toEqual([{ parked: true, message: 'still' }]);
    await book.parkOnly(await others());
    expect(await open()).toEqual([]);
  });
});
