import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { inTransaction } from '#database';
import type { PartitionHandler } from '#kafka';
import { createLogger, Metrics } from '#telemetry';

import { cancelIngestion } from './cancel-ingestion.js';
import { DeadlineWatch } from './deadline-watch.js';
import { holdDocument } from './hold-document.js';
import { pipelineEvents, promotions, receipts, type TestIngestion } from './ledger-builders.js';
import { feed, LedgerDatabase } from './ledger-database.js';
import { LedgerStage } from './ledger-stage.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const document = { namespace: 'default', documentId: 'doc' };
const dayMs = 86_400_000;
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

  it('is passed over by the deadline, which waits for nobody, until the next look', async () => {
    const { pool, codec } = database;
    const watch = new DeadlineWatch({ pool, codec, log: createLogger('silent'), sagaDeadlineMs: dayMs });
    const laterMs = Date.now() + 2 * dayMs;
    const found: number[] = [];
    const look = async (): Promise<number> => found.push(await watch.check(laterMs));

    const waited = await database.besideRetraction(document, look);
    await look();

    expect([waited, found]).toEqual([false, [0, 2]]);
    expect(await said()).toEqual(['DocumentRetracted', 'CompensationRequested', 'DocumentRetracted']);
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
