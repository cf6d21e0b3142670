import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { inTransaction } from '#database';

import { recallAnswer, rememberAnswer, type KeyedAnswer, type KeyOutcome } from './idempotency.js';
import { LedgerDatabase } from './ledger-database.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);

beforeAll(() => database.open());
afterAll(() => database.close());

const request = { namespace: 'default', key: 'k', bodyHash: 'h' };

function answer(documentId: string): KeyedAnswer {
  return { documentId, ingestionId: '0192f000-0000-7000-8000-000000000001', version: 1 };
}

function remember(given: KeyedAnswer, asked = request): Promise<KeyOutcome> {
  return inTransaction(database.pool, (client) => rememberAnswer(client, asked, given));
}

describe('an idempotency key', () => {
  it('is answered once, by the first of requests at the same time, and remembered', async () => {
    const outcomes = await Promise.all(['a', 'b', 'c'].map((documentId) => remember(answer(documentId))));

    expect(outcomes.filter(({ kind }) => kind === 'new')).toHaveLength(1);
    const recalled = await inTransaction(database.pool, (client) => recallAnswer(client, request));
    for (const outcome of outcomes) if (outcome.kind !== 'new') expect(outcome).toEqual(recalled);
    expect(recalled.kind).toBe('same');
  });

  it('refuses another body, and means nothing in another namespace', async () => {
    await remember(answer('a'));

    expect(await remember(answer('b'), { ...request, bodyHash: 'other' })).toEqual({ kind: 'conflict' });
    expect(await remember(answer('b'), { ...request, namespace: 'other' })).toEqual({ kind: 'new' });
  });
});
