import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Pool } from 'pg';

import type { AskedQuery } from './query-log.js';
import { QueryTable } from './query-table.js';

const asked: AskedQuery = {
  ...{ namespace: 'n', mode: 'auto', query: 'pump', route: 'hybrid' },
  ...{ cached: true, tookMs: 1, hits: 1, leftOut: 0 },
};

/** A pool that remembers how many rows each statement wrote. */
function aTable(): { readonly table: QueryTable; readonly written: number[] } {
  const written: number[] = [];
  const query = (statement: string, values: readonly unknown[]): Promise<void> => {
    if (statement.includes('INSERT')) written.push((values[0] as unknown[]).length);
    return Promise.resolve();
  };
  const options = { keptMs: 1_000, words: true, nowMs: () => 0, onLost: () => undefined };
  return { table: new QueryTable({ query } as unknown as Pool, options), written };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('questions that were asked', () => {
  it('are written together, so that few of those who ask meet the writing', async () => {
    const { table, written } = aTable();
    for (let second = 0; second < 5; second += 1) {
      table.note(asked);
      await jest.advanceTimersByTimeAsync(999);
    }
    const before = [...written];

    await jest.advanceTimersByTimeAsync(5);

    expect([before, written]).toEqual([[], [5]]);
  });

  it('are written at once where a process ends', async () => {
    const { table, written } = aTable();
    table.note(asked);

    await table.flush();

    expect(written).toEqual([1]);
  });

  it('wait in thousands while the database is slow, and no more are remembered', async () => {
    const { table, written } = aTable();
    for (let count = 0; count < 20_000; count += 1) table.note(asked);

    await table.flush();

    expect(written).toEqual([10_000]);
  });
});
