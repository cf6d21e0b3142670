import { describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import { topics } from '#events';

import { createPlatform } from './platform.js';
import { leastTombstoneTtlMs, requireTombstonesToOutlive } from './tombstone-time.js';

const dayMs = 24 * 60 * 60 * 1000;

describe('the time for which tombstones are kept', () => {
  it('is long enough by default, and as short as it may be set', () => {
    const { deadLettersTtlMs } = loadConfig({});
    const tombstoneTtlMs = leastTombstoneTtlMs({ deadLettersTtlMs });

    expect(() => requireTombstonesToOutlive(loadConfig({}))).not.toThrow();
    expect(() => requireTombstonesToOutlive({ deadLettersTtlMs, tombstoneTtlMs })).not.toThrow();
    expect(() => requireTombstonesToOutlive({ deadLettersTtlMs, tombstoneTtlMs: tombstoneTtlMs - 1 })).toThrow();
  });

  it('outlives every topic, however short letters are kept', () => {
    const leastMs = leastTombstoneTtlMs({ deadLettersTtlMs: 0 });

    for (const { retentionMs } of Object.values(topics)) expect(leastMs).toBeGreaterThanOrEqual(retentionMs);
  });

  it('outlives a letter that is replayed on its last day and then waits in the saga log', () => {
    const deadLettersTtlMs = 60 * dayMs;

    expect(leastTombstoneTtlMs({ deadLettersTtlMs })).toBe(deadLettersTtlMs + topics.saga.retentionMs);
  });

  it.each([
    ['shorter than topics keep records', { PENSTOCK_TOMBSTONE_TTL: '1h' }],
    ['shorter than letters can be replayed', { PENSTOCK_DEAD_LETTERS_TTL: '90d' }],
  ])('is refused by every process if it is %s', (_what, environment) => {
    const start = (): unknown => createPlatform(loadConfig(environment), 'test');

    expect(start).toThrow(/^PENSTOCK_TOMBSTONE_TTL: must be at least \d+d/);
  });
});
