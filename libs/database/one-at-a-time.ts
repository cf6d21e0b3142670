import type { Pool } from 'pg';

import { postgresFailure } from './postgres-failure.js';

const tryLock = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked';
const unlock = 'SELECT pg_advisory_unlock(hashtextextended($1, 0))';

/**
 * Runs work unless such work runs already, anywhere on this database; answers undefined then. The lock belongs to a
 * connection of its own: if that is lost, `lost` tells the work to stop, as another may have begun.
 * @param name of the work; equal names are one lock.
 */
export async function oneAtATime<T>(
  pool: Pool,
  name: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const lost = new AbortController();
  const client = await pool.connect().catch((error: unknown) => {
    throw postgresFailure(error);
  });
  const lose = (): void => lost.abort();
  client.on('error', lose);
  let broken = true;
  try {
    const { rows } = await client.query<{ locked: boolean }>(tryLock, [name]);
    if (rows[0]?.locked !== true) {
      broken = false;
      return undefined;
    }
    return await work(lost.signal).finally(async () => {
      // Whoever tries next, even at once, finds it free, also after work that failed.
      broken = await client.query(unlock, [name]).then(
        () => false,
        () => true,
      );
    });
  } finally {
    client.off('error', lose);
    // A connection that may still hold the lock does not go back to the pool; the lock ends with it.
    client.release(broken);
  }
}
