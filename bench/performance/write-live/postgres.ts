import type { Pool } from 'pg';

import type { DocumentEmbedded } from '#events';

import { ingestionRows, insertStatement, partRows } from '../../../libs/stores/postgres/mapping.js';

/** Rows that the views show, in one transaction: the writer's own inserts, with nothing locked, asked or marked. */
export async function writePostgres(pool: Pool, parts: readonly DocumentEmbedded[]): Promise<void> {
  const { table, columns } = ingestionRows(parts);
  const now = new Date().toISOString();
  const live = [
    ...columns.map((column) => (column.name === 'state' ? { ...column, values: parts.map(() => 'live') } : column)),
    { name: 'live_at', type: 'timestamptz', values: parts.map(() => now) },
  ];
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(insertStatement({ table, columns: live }));
    for (const rows of partRows(parts)) await client.query(insertStatement(rows));
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
