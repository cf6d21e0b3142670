import type { Pool, PoolClient } from 'pg';

import { postgresFailure } from './postgres-failure.js';

/**
 * Runs work in one transaction and commits it.
 * @param begin may set what holds for this transaction alone.
 * @throws TransientFailure or PermanentFailure, after rolling back; a connection whose state is unknown is dropped.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw postgresFailure(error);
  } finally {
    client.release(broken);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw postgresFailure(error);
  }
}
