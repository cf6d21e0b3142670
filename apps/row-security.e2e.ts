import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import { createPool, inTransaction, migrate, rowsOf, walledPool, withinNamespaces } from '#database';

import { freshDatabase } from '../libs/stores/postgres/fresh-database.contract.js';
import { entitiesNamed } from '../libs/stores/postgres/search-statements.js';
import { migrations } from './migrations.js';

const idOf = (namespace: string): string =>
  `01890a5d-ac96-774b-bcce-${namespace.charCodeAt(0).toString(16).padStart(12, '0')}`;
const tables = {
  ingestions: 'SELECT namespace FROM penstock.ingestions',
  timeline: 'SELECT i.namespace FROM penstock.ingestion_events e JOIN penstock.ingestions i USING (ingestion_id)',
  documents: 'SELECT namespace FROM penstock.live_documents',
  chunks: 'SELECT text AS namespace FROM penstock.store_chunks',
  passages: 'SELECT namespace FROM penstock.live_chunks',
  questions: 'SELECT namespace FROM penstock.queries',
  calls: 'SELECT namespace FROM penstock.model_calls',
};
let pool: Pool;
let walled: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  ({ pool, drop } = fresh);
  await migrate(pool, migrations);
  walled = walledPool(pool);
  for (const namespace of ['a', 'b', 'c']) await fill(namespace);
});

afterAll(() => drop());

async function fill(namespace: string): Promise<void> {
  const id = idOf(namespace);
  await pool.query(
    `INSERT INTO penstock.ingestions (ingestion_id, namespace, document_id, version, kind, status, stage, parts_done,
       counts, stores, updated_at) VALUES ($1, $2, 'd', 1, 'ingestion', 'live', 'ledger', '{}', '{}', '{}', now())`,
    [id, namespace],
  );
  await pool.query(
    `INSERT INTO penstock.ingestion_events (ingestion_id, event_id, type, at) VALUES ($1, $1, 'Test', now())`,
    [id],
  );
  await pool.query(
    `INSERT INTO penstock.store_ingestions (ingestion_id, namespace, document_id, version, state)
     VALUES ($1, $2, 'd', 1, 'live')`,
    [id, namespace],
  );
  await pool.query(
    `INSERT INTO penstock.store_chunks (ingestion_id, seq, part, chunk_id, text, token_count, start_offset, end_offset,
       heading_path) VALUES ($1, 0, 0, $1, $2, 1, 0, 1, '{}')`,
    [id, namespace],
  );
  await pool.query(
    `INSERT INTO penstock.queries (namespace, mode, route, cached, took_ms, hits, left_out)
     VALUES ($1, 'auto', 'hybrid', false, 1, 1, 0)`,
    [namespace],
  );
  await pool.query(
    `INSERT INTO penstock.model_calls (namespace, model, purpose, outcome, prompt_tokens, completion_tokens)
     VALUES ($1, 'm', 'answer', 'answered', 1, 1)`,
    [namespace],
  );
}

async function seen(sql: string, from: Pool = walled): Promise<string[]> {
  const rows = await rowsOf<{ namespace: string }>(from, sql);
  return rows.map(({ namespace }) => namespace).sort();
}

describe('row-level security', () => {
  it.each(Object.entries(tables))('shows of %s what is the caller’s, whatever the statement says', async (_, sql) => {
    expect(await withinNamespaces(['a'], () => seen(sql))).toEqual(['a']);
    expect(await withinNamespaces(['a', 'c'], () => seen(sql))).toEqual(['a', 'c']);
    expect(await withinNamespaces([], () => seen(sql))).toEqual([]);
  });

  it.each(Object.entries(tables))('shows all of %s to who is bound to nothing, and to the writers', async (_, sql) => {
    expect(await seen(sql)).toEqual(['a', 'b', 'c']);
    expect(await withinNamespaces(['a'], () => seen(sql, pool))).toEqual(['a', 'b', 'c']);
  });

  it('lets nobody write or look at keys through it', async () => {
    const write = `INSERT INTO penstock.queries (namespace) VALUES ('b')`;

    await expect(withinNamespaces(['a'], () => rowsOf(walled, write))).rejects.toThrow();
    await expect(withinNamespaces(['a'], () => rowsOf(walled, 'SELECT hash FROM penstock.api_keys'))).rejects.toThrow(
      'permission denied',
    );
  });

  it('holds for every table that the reader may read', async () => {
    const open = await rowsOf<{ name: string }>(
      pool,
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'penstock'::regnamespace AND relkind = 'r'
         AND has_table_privilege('penstock_reader', oid, 'SELECT') AND NOT relrowsecurity`,
    );

    expect(open).toEqual([{ name: 'store_entity_links' }]);
  });

  it('never shows one caller’s rows to another over 1,000 interleaved requests, some of which break', async () => {
    const statement = { name: 'test-interleaved', text: `${tables.chunks} WHERE 1 / $1::int = 1` };
    const small = createPool(await addressOf(pool), { name: 'test', max: 3, pipeline: true });
    const reads = walledPool(small);
    const ask = async (turn: number): Promise<string> => {
      const namespace = ['a', 'b', 'c'][turn % 3] ?? '';
      const breaks = turn % 7 === 0;
      const work = () => rowsOf<{ namespace: string }>(reads, statement, [breaks ? 0 : 1]);
      const rows = await withinNamespaces([namespace], work).catch(() => 'broken' as const);
      if (rows === 'broken') return breaks ? 'as expected' : 'broke by itself';
      return rows.length === 1 && rows[0]?.namespace === namespace ? 'as expected' : JSON.stringify(rows);
    };

    const outcomes = await Promise.all(Array.from({ length: 1_000 }, (_, turn) => ask(turn)));
    const after = await seen(tables.chunks, small);

    await small.end();
    expect(new Set(outcomes)).toEqual(new Set(['as expected']));
    expect(after).toEqual(['a', 'b', 'c']);
  });
});

async function addressOf(from: Pool): Promise<string> {
  const { testStack } = await import('../test/services/addresses.js');
  const [row] = await rowsOf<{ name: string }>(from, 'SELECT current_database() AS name');
  const url = new URL(testStack().postgres);
  url.pathname = String(row?.name);
  return url.href;
}

it('does not make a question read other entities than those it names', async () => {
  await pool.query(
    `WITH given AS (
       INSERT INTO penstock.store_ingestions (ingestion_id, namespace, document_id, version, state)
       SELECT gen_random_uuid(), 'crowd', n::text, 1, 'live' FROM generate_series(1, 99) n RETURNING ingestion_id)
     INSERT INTO penstock.store_entities (ingestion_id, uuid, name, type, family)
     SELECT ingestion_id, md5(n::text)::uuid, 'Name ' || n, 'Product', 'name' FROM given, generate_series(1, 100) n`,
  );
  await pool.query('ANALYZE');
  const names = ['who', 'makes', 'name 7', 'who makes', 'makes name 7', 'who makes name 7'];
  const turns = 10;
  const found: string[] = [];
  const counted: number[] = [0];
  const read = `SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS read FROM pg_stat_xact_user_tables
    WHERE relname = 'store_entities'`;

  // PostgreSQL makes a plan for all values once a prepared statement has been run five times.
  await inTransaction(pool, async (client) => {
    for (let turn = 0; turn < turns; turn += 1) {
      const named = await client.query<{ name: string }>({ ...entitiesNamed, values: ['crowd', names, 50] });
      found.push(...named.rows.map(({ name }) => name));
      counted.push(Number((await client.query<{ read: string }>(read)).rows[0]?.read));
    }
  });

  expect(found).toEqual(new Array(turns).fill('Name 7'));
  for (let turn = 1; turn <= turns; turn += 1) {
    expect((counted[turn] ?? NaN) - (counted[turn - 1] ?? NaN)).toBeLessThan(200);
  }
});
