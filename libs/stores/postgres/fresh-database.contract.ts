import { randomUUID } from 'node:crypto';

import type { Pool } from 'pg';

import { createPool } from '#database';

import { testStack } from '../../../test/services/addresses.js';

/** A database of the test's own on the server under test. */
export async function freshDatabase(): Promise<{ pool: Pool; drop: () => Promise<void> }> {
  const { postgres } = testStack();
  const database = `store_${randomUUID().replaceAll('-', '')}`;
  const server = createPool(postgres, { name: 'test', max: 1 });
  await server.query(`CREATE DATABASE ${database}`);
  const url = new URL(postgres);
  url.pathname = database;
  const pool = createPool(url.href, { name: 'test', max: 10, pipeline: true });
  const drop = async (): Promise<void> => {
    await pool.end();
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await server.end();
  };
  return { pool, drop };
}
