import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { inTransaction } from '#database';

import { cancelIngestion } from './cancel-ingestion.js';
import { LedgerDatabase } from './ledger-database.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);

beforeAll(() => database.open());
afterAll(() => database.close());

it('says a cancellation behind a retraction of the document that is being committed', async () => {
  const document = { namespace: 'default', documentId: 'doc' };
  const { ingestionId } = await database.admitted(document);

  const waited = await database.besideRetraction(document, () =>
    inTransaction(database.pool, (client) => cancelIngestion(client, database.codec, { ingestionId, nowMs: 0 })),
  );

  expect(waited).toBe(true);
  expect((await database.said()).map(({ type }) => type)).toEqual(['DocumentRetracted', 'CompensationRequested']);
});
