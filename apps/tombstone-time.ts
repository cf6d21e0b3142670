import type { Config } from '#config';
import { topics } from '#events';
import { PermanentFailure } from '#failure';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The least time for which a store must know what ended: as long as any topic keeps a record, and as long as a dead
 * letter can be sent again, with the time that it may then lie in the saga log under a writer that is away. Pure.
 */
export function leastTombstoneTtlMs({ deadLettersTtlMs }: Pick<Config, 'deadLettersTtlMs'>): number {
  const retentions = Object.values(topics).map(({ retentionMs }) => retentionMs);
  return Math.max(...retentions, deadLettersTtlMs + topics.saga.retentionMs);
}

/** @throws PermanentFailure `bad-configuration` if a tombstone could go before the last record that it fences. */
export function requireTombstonesToOutlive(times: Pick<Config, 'deadLettersTtlMs' | 'tombstoneTtlMs'>): void {
  const leastMs = leastTombstoneTtlMs(times);
  if (times.tombstoneTtlMs >= leastMs) return;
  const days = Math.ceil(leastMs / dayMs);
  const why = 'topics keep records, or PENSTOCK_DEAD_LETTERS_TTL lets letters be replayed, for longer';
  throw new PermanentFailure(`PENSTOCK_TOMBSTONE_TTL: must be at least ${days}d: ${why}`, {
    reason: 'bad-configuration',
  });
}
