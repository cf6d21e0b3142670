import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { LedgerDatabase } from '../ledger/ledger-database.js';
import { OutboxAnnouncer } from './announce-live.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const document = { namespace: 'default', documentId: 'doc' };

beforeAll(() => database.open());
afterAll(() => database.close());

it('says that a version is live behind a retraction of its document that is being committed', async () => {
  const ingestion = await database.admitted(document);
  const announcer = new OutboxAnnouncer(database.pool, database.codec, () => 0);

  const waited = await database.besideRetraction(document, () => announcer.announceLive(ingestion, 'redis'));

  expect(waited).toBe(true);
  expect((await database.said()).map(({ type }) => type)).toEqual(['DocumentRetracted', 'StorePromoted']);
});
