import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { v7 } from 'uuid';

import { inTransaction } from '#database';
import { Metrics } from '#telemetry';

import { eventually } from '../../test/e2e/eventually.js';
import { announceRetraction } from './announce-retraction.js';
import { cancelIngestion } from './cancel-ingestion.js';
import { LedgerAdmission } from './ledger-admission.js';
import { LedgerDatabase } from './ledger-database.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);

beforeAll(() => database.open());
afterAll(() => database.close());

/** Sessions of this database that wait for a lock that another one holds. */
async function waiting(): Promise<number> {
  const { rows } = await database.pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length;
}

it('says a cancellation behind a retraction of the document that is being committed', async () => {
  const document = { namespace: 'default', documentId: 'doc' };
  const ingestionId = v7();
  const what = { source: 'inline', location: null, title: null, mediaType: null, metadata: {}, submittedAt: 0 };
  await new LedgerAdmission(database.pool, database.codec, new Metrics()).admit({ ...document, ingestionId, ...what });
  const retraction = { ...document, ingestionId: v7(), nowMs: 0, reason: 'test', role: 'api' };
  const ends: string[] = [];

  const cancelled = await inTransaction(database.pool, async (client) => {
    await announceRetraction(client, database.codec, retraction);
    const other = inTransaction(database.pool, (second) =>
      cancelIngestion(second, database.codec, { ingestionId, nowMs: 0 }),
    ).then(() => ends.push('cancelled'));
    await eventually('the cancellation to wait', async () => ends.length > 0 || (await waiting()) > 0 || undefined);
    ends.push('retracted');
    return { other };
  });
  await cancelled.other;

  expect(ends).toEqual(['retracted', 'cancelled']);
  expect((await database.said()).map(({ type }) => type)).toEqual(['DocumentRetracted', 'CompensationRequested']);
});
