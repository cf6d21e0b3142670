import type { Pool } from 'pg';

import { postgresFailure } from '#database';

/** Any number that nobody else in this database uses as an advisory lock. */
const auditLock = 7_201_975;

/**
 * Runs work unless an audit runs already, anywhere on this database; answers undefined then. The lock belongs to a
 * connection of its own: if that is lost, `lost` tells the work to stop, as another may have begun.
 */
export async function oneAtATime<T>(pool: Pool, work: (lost: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const lost = new AbortController();
  const client = await pool.connect().catch((error: unknown) => {
    throw postgresFailure(error);
  });
  const lose = (): void => lost.abort();
  client.on('error', lose);
  let broken = true;
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [auditLock]);
    if (rows[0]?.locked !== true) {
      broken = false;
      return undefined;
    }
    const result = await work(lost.signal);
    await client.query('SELECT pg_advisory_unlock($1)', [auditLock]);
    broken = false;
    return result;
  } finally {
    client.off('error', lose);
    // A connection that may still hold the lock does not go back to the pool.
    client.release(broken);
  }
}
