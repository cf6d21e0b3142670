import type { Pool } from 'pg';

import { postgresFailure } from '#database';

import { raiseDataVersions } from './search-statements.js';

/**
 * Counts changes of what is live, by namespace. Each writer says when its store shows something else; an answer that
 * was made before that is never found again.
 */
export class DataVersions {
  constructor(private readonly pool: Pool) {}

  /** @throws TransientFailure: the change is done, and is said again when the step is run again. */
  async raise(namespaces: Iterable<string>): Promise<void> {
    const changed = [...new Set(namespaces)].sort();
    if (changed.length === 0) return;
    await this.pool.query(raiseDataVersions, [changed]).catch((error: unknown) => {
      throw postgresFailure(error);
    });
  }
}
