import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import { createPool, migrate } from '#database';

import { answerStoreContract } from './answer-store.contract.js';
import { answersMigrations, AnswersTable } from './answers-table.js';

const stack = JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres?: string };
let pool: Pool;

beforeAll(async () => {
  if (!stack.postgres) throw new Error('PENSTOCK_TEST_STACK names no PostgreSQL');
  pool = createPool(stack.postgres, { name: 'answers-test', max: 6 });
  await migrate(pool, answersMigrations);
});

afterAll(() => pool.end());

answerStoreContract('AnswersTable', () => new AnswersTable(pool));

describe('AnswersTable', () => {
  it('calls a database that does not answer transient', async () => {
    const unreachable = createPool('postgres://nobody@127.0.0.1:1/none', { name: 'answers-test' });

    const load = new AnswersTable(unreachable).load([{ contentHash: 'x', model: 'm', version: '1', kind: 'k' }]);

    await expect(load).rejects.toMatchObject({ kind: 'transient' });
    await unreachable.end();
  });
});
