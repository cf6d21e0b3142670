import type { Pool, QueryResultRow } from 'pg';

import { postgresFailure } from './postgres-failure.js';

/** A statement that is parsed and planned once for each connection, since it is run often. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** The rows that one statement gives, outside a transaction. @throws TransientFailure or PermanentFailure. */
export async function rowsOf<Row extends object>(
  pool: Pool,
  statement: string | NamedStatement,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const query = typeof statement === 'string' ? { text: statement } : statement;
  try {
    return (await pool.query<Row & QueryResultRow>({ ...query, values: [...values] })).rows;
  } catch (error) {
    throw postgresFailure(error);
  }
}
