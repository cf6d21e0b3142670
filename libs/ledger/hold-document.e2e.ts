import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { inTransaction } from '#database';
import type { PartitionHandler } from '#kafka';
import { Metrics } from '#telemetry';

import { cancelIngestion } from './cancel-ingestion.js';
import { holdDocument } from './hold-document.js';
import { pipelineEvents, promotions, receipts, type TestIngestion } from './ledger-builders.js';
import { feed, LedgerDatabase } from './ledger-database.js';
import { LedgerStage } from './ledger-stage.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const document = { namespace: 'default', documentId: 'doc' };
let stage: PartitionHandler;
let ingestion: TestIngestion;

beforeAll(() => database.open());
afterAll(() => database.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE ingestions, ingestion_events, documents, outbox');
  stage = new LedgerStage(database.pool, database.codec, new Metrics()).open();
  ingestion = await database.admitted(document);
});

async function said(): Promise<string[]> {
  return (await database.said()).map(({ type }) => type);
}

describe('a document that is being retracted', () => {
  it('is said to have come to an end behind that', async () => {
    const whole = [...pipelineEvents(ingestion), ...receipts(ingestion), ...promotions(ingestion)];

    const waited = await database.besideRetraction(document, () => feed(stage, whole));

    expect(waited).toBe(true);
    expect(await said()).toEqual(['DocumentRetracted', 'IngestionConcluded']);
  });
});

describe('a document of which a batch tells the ledger', () => {
  it('is held before its versions, so that no cancellation waits for the batch in a circle', async () => {
    const { codec, pool } = database;
    const { ingestionId } = ingestion;
    const stranger = { ...ingestion, ingestionId: randomUUID(), version: 2 };
    const told = [...pipelineEvents(ingestion), ...pipelineEvents(stranger)];

    const batch = await inTransaction(pool, async (client) => {
      await holdDocument(client, document);
      const begun = await database.beside(() => feed(stage, told));
      await cancelIngestion(client, codec, { ingestionId, nowMs: 0 });
      return begun;
    });
    await batch.end;

    expect(batch.waits).toBe(true);
    expect(await said()).toEqual(['CompensationRequested']);
  });

  it('is not written by being held', async () => {
    const written = async (): Promise<unknown> =>
      (await database.pool.query('SELECT xmin, last_version FROM documents')).rows;
    const before = await written();

    await feed(stage, pipelineEvents(ingestion));

    expect(await written()).toEqual(before);
  });
});
