import type { Pool, QueryResultRow } from 'pg';

import { postgresFailure } from './postgres-failure.js';

/** The rows that one statement gives, outside a transaction. @throws TransientFailure or PermanentFailure. */
export async function rowsOf<Row extends object>(
  pool: Pool,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await pool.query<Row & QueryResultRow>(statement, [...values])).rows;
  } catch (error) {
    throw postgresFailure(error);
  }
}
