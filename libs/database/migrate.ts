import type { Pool } from 'pg';

import { inTransaction } from './transaction.js';

/** A named step of the schema; it runs once and is never edited after release. */
export interface Migration {
  /** Sorts by date and is unique over all libs, e.g. `2026-11-24-outbox`. */
  readonly name: string;
  readonly sql: string;
}

/** Any number that nobody else in this database uses as an advisory lock. */
const migrationLock = 7_201_973;

/** Brings the schema up to date; several processes may do it at once, one does the work. */
export async function migrate(pool: Pool, migrations: readonly Migration[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query('CREATE SCHEMA IF NOT EXISTS penstock');
    await client.query(
      'CREATE TABLE IF NOT EXISTS penstock.migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string }>('SELECT name FROM penstock.migrations');
    const applied = new Set(rows.map((row) => row.name));
    for (const { name, sql } of migrations) {
      if (applied.has(name)) continue;
      await client.query(sql);
      await client.query('INSERT INTO penstock.migrations (name) VALUES ($1)', [name]);
    }
  });
}
