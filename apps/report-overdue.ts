import { LedgerReader } from '#ledger';

import type { Platform } from './platform.js';

/** Reports how many ingestions and retractions did not end in the time they have, as `penstock status` counts them. */
export async function reportOverdue({
  config,
  metrics,
  nowMs,
  pool,
}: Pick<Platform, 'config' | 'metrics' | 'nowMs' | 'pool'>): Promise<void> {
  const { count } = await new LedgerReader(pool).overdue(config.sagaDeadlineMs, nowMs(), 1);
  metrics.ingestionsOverdue.set(count);
}
