import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Pool } from 'pg';

import type { AskedQuery } from './query-log.js';
import { QueryTable } from './query-table.js';

const asked: AskedQuery = {
  ...{ namespace: 'n', mode: 'auto', query: 'pump', route: 'hybrid' },
  ...{ cached: true, tookMs: 1, hits: 1, leftOut: 0, failed: false },
};

const refused = Object.assign(new Error('null value in column "mode"'), { code: '23502' });

/** A pool that remembers how many rows each statement wrote, and fails as told. */
function aTable(failing: (modes: readonly unknown[]) => Error | undefined = () => undefined): {
  readonly table: QueryTable;
  readonly written: number[];
  readonly lost: number[];
} {
  const written: number[] = [];
  const lost: number[] = [];
  const query = (statement: string, values: readonly (readonly unknown[])[]): Promise<void> => {
    if (!statement.includes('INSERT')) return Promise.resolve();
    const failure = failing(values[1] ?? []);
    if (failure !== undefined) return Promise.reject(failure);
    written.push(values[0]?.length ?? 0);
    return Promise.resolve();
  };
  const onLost = (count: number): void => void lost.push(count);
  const options = { keptMs: 1_000, words: true, nowMs: () => 0, onLost };
  return { table: new QueryTable({ query } as unknown as Pool, options), written, lost };
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

  it('are written without those that the database refuses', async () => {
    const { table, written, lost } = aTable((modes) => (modes.includes('odd') ? refused : undefined));
    for (let count = 0; count < 100; count += 1)
      table.note({ ...asked, mode: [3, 70].includes(count) ? 'odd' : 'auto' });

    await table.flush();

    expect(written.reduce((sum, count) => sum + count, 0)).toBe(98);
    expect(lost).toEqual([2]);
  });

  it('are not tried one by one while the database is away', async () => {
    let tried = 0;
    const { table, lost } = aTable(() => {
      tried += 1;
      return new Error('connection refused');
    });
    for (let count = 0; count < 100; count += 1) table.note(asked);

    await table.flush();

    expect([tried, lost]).toEqual([1, [100]]);
  });

  it('wait in thousands while the database is slow, and no more are remembered', async () => {
    const { table, written } = aTable();
    for (let count = 0; count < 20_000; count += 1) table.note(asked);

    await table.flush();

    expect(written).toEqual([10_000]);
  });
});
