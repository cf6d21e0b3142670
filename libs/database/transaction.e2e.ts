import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import { createPool } from './pool.js';
import { inTransaction } from './transaction.js';

const { postgres } = JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string };
const end = 'SELECT pg_terminate_backend(pg_backend_pid())';
let pool: Pool;

beforeAll(() => {
  pool = createPool(postgres, { name: 'transaction-test', max: 2 });
});

afterAll(() => pool.end());

describe('a transaction that fails', () => {
  it('is undone for certain if it did so before its commit', async () => {
    const failed = inTransaction(pool, (client) => client.query(end));

    await expect(failed).rejects.toMatchObject({ kind: 'transient', reason: 'postgres-unavailable', inDoubt: false });
  });

  it('may stand if the answer to its commit did not come', async () => {
    const failed = inTransaction(pool, (client) => {
      const ask = client.query.bind(client) as (statement: string) => Promise<unknown>;
      const losing = async (statement: string): Promise<unknown> => {
        await ask(statement);
        return ask(end);
      };
      return Promise.resolve(Object.assign(client, { query: losing }));
    });

    await expect(failed).rejects.toMatchObject({ kind: 'transient', reason: 'postgres-unavailable', inDoubt: true });
  });

  it('does not stand if its commit was refused', async () => {
    const failed = inTransaction(pool, async (client) => {
      await client.query('CREATE TEMPORARY TABLE once (it int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
      await client.query('INSERT INTO once VALUES (1), (1)');
    });

    await expect(failed).rejects.toMatchObject({ kind: 'permanent', reason: 'store-refused', inDoubt: false });
  });
});
