import type { Config } from '#config';
import { DeadlineWatch } from '#ledger';

import { createPlatform } from '../../apps/platform.js';

/** Has the deadline watch look at the ledger at once, as it will do then; by itself it does so once a minute. */
export async function lookAtDeadlines(config: Config, inMs = 0): Promise<void> {
  const { pool, codec, log } = createPlatform(config, 'deadline');
  try {
    await codec.start();
    await new DeadlineWatch({ pool, codec, log, sagaDeadlineMs: config.sagaDeadlineMs }).check(Date.now() + inMs);
  } finally {
    await pool.end();
  }
}
