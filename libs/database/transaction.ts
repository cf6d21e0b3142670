import type { Pool, PoolClient } from 'pg';

import { TransientFailure, type PenstockFailure } from '#failure';

import { postgresFailure } from './postgres-failure.js';

/**
 * Runs work in one transaction and commits it.
 * @param begin may set what holds for this transaction alone.
 * @throws TransientFailure or PermanentFailure, after rolling back; a connection whose state is unknown is dropped. A
 *   commit without an answer is `inDoubt`.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  let committing = false;
  try {
    await client.query(begin);
    const result = await work(client);
    committing = true;
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw committing ? commitFailure(error) : postgresFailure(error);
  } finally {
    client.release(broken);
  }
}

/** Only a refusal says that nothing was committed. */
function commitFailure(error: unknown): PenstockFailure {
  const failure = postgresFailure(error);
  if (failure.kind !== 'transient') return failure;
  return new TransientFailure(failure.message, { reason: failure.reason, inDoubt: true, cause: error });
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw postgresFailure(error);
  }
}
