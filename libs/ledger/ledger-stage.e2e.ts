import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { PartitionHandler } from '#kafka';
import { Metrics } from '#telemetry';

import { LedgerDatabase, feed } from './ledger-database.js';
import * as events from './ledger-builders.js';
import { LedgerStage } from './ledger-stage.js';
import { LedgerReader } from './reader.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const metrics = new Metrics();

let handler: PartitionHandler;
let reader: LedgerReader;
let ingestion: events.TestIngestion;
let whole: ReturnType<typeof events.receipts>;

beforeAll(() => database.open());
afterAll(() => database.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE ingestions, ingestion_events, documents, outbox');
  handler = new LedgerStage(database.pool, database.codec, metrics).open();
  reader = new LedgerReader(database.pool);
  ingestion = { namespace: 'default', documentId: 'doc', ingestionId: randomUUID(), version: 1 };
  whole = [...events.pipelineEvents(ingestion), ...events.receipts(ingestion), ...events.promotions(ingestion)];
});

describe('LedgerStage', () => {
  it('keeps the row of an ingestion nobody admitted here, and says once that it is live', async () => {
    await feed(handler, whole);

    expect(await reader.ingestion(ingestion.ingestionId)).toMatchObject({
      ...ingestion,
      status: 'live',
      stores: { neo4j: 'live', postgres: 'live', qdrant: 'live', redis: 'live' },
      counts: events.storedCounts,
      tokens: { 'local/rules-1': { prompt: 60, completion: 6 } },
      models: events.madeWith,
      error: null,
    });
    const said = await database.said();
    expect(said.map(({ type }) => type)).toEqual(['IngestionConcluded']);
    expect(said[0]?.payload).toMatchObject({
      ...ingestion,
      status: 'live',
      stagingRef: `ref-${ingestion.ingestionId}`,
    });
  });

  it('changes nothing and says nothing when batches come again, cut differently', async () => {
    await feed(handler, whole);
    const before = await reader.ingestion(ingestion.ingestionId);

    await feed(handler, [...whole, ...whole]);
    for (const event of whole) await feed(handler, [event]);

    expect(await reader.ingestion(ingestion.ingestionId)).toEqual(before);
    expect(await database.said()).toHaveLength(1);
  });

  it('counts each event once when two owners of a partition read the same batches at the same time', async () => {
    const zombie = new LedgerStage(database.pool, database.codec, metrics).open();
    const halves = [whole.slice(0, 9), whole.slice(9)];

    for (const half of halves) {
      await Promise.all([feed(handler, half), feed(zombie, half.toReversed()), feed(zombie, half)]);
    }

    const row = await reader.ingestion(ingestion.ingestionId);
    expect(row).toMatchObject({ status: 'live', tokens: { 'local/rules-1': { prompt: 60, completion: 6 } } });
    expect(await database.said()).toHaveLength(1);
  });

  it('shows of many parts the first and the last, in order of time', async () => {
    await feed(handler, [...events.pipelineEvents(ingestion, 8), events.givenUp(ingestion, 'writer-neo4j')]);

    const timeline = (await reader.ingestion(ingestion.ingestionId))?.timeline ?? [];
    const parsed = timeline.filter(({ type }) => type === 'DocumentParsed');
    expect(parsed.map(({ part }) => part)).toEqual([1, 8]);
    expect(timeline[0]?.type).toBe('DocumentSubmitted');
    expect(timeline.at(-1)).toMatchObject({
      type: 'CompensationRequested',
      role: 'writer-neo4j',
      detail: { reason: 'store-refused' },
    });
    expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).toSorted());
  });

  it('retracts the live version with the retraction, and concludes only what was open', async () => {
    await feed(handler, whole);
    const pending = { ...ingestion, ingestionId: randomUUID(), version: 2 };
    await feed(handler, events.pipelineEvents(pending));
    const retraction = { ...ingestion, ingestionId: randomUUID(), version: 2 };

    await feed(handler, events.retractionEvents(retraction, [ingestion.ingestionId, pending.ingestionId]));

    const document = await reader.document(ingestion);
    expect(document?.version).toBeNull();
    expect(document?.ingestions.map(({ status }) => status)).toEqual(['retracted', 'retracted', 'retracted']);
    const said = (await database.said()).map(
      ({ payload }) => `${payload.version} ${'status' in payload ? payload.status : ''}`,
    );
    expect(said.toSorted()).toEqual(['1 live', '2 retracted', '2 retracted']);
  });

  it('frees the bytes of a version that a retraction overtook only when all stores have refused it', async () => {
    const retraction = { ...ingestion, ingestionId: randomUUID(), version: 1 };
    await feed(handler, events.pipelineEvents(ingestion).slice(0, 1));
    const refs = async (): Promise<unknown[]> =>
      (await database.said()).flatMap(({ payload }) =>
        'stagingRef' in payload && payload.ingestionId === ingestion.ingestionId ? [payload.stagingRef] : [],
      );

    await feed(handler, events.retractionEvents(retraction, []));

    expect(await refs()).toEqual([null]);
    await feed(handler, [...events.pipelineEvents(ingestion), ...events.compensations(ingestion, 'retracted')]);
    expect(await refs()).toEqual([null, `ref-${ingestion.ingestionId}`]);
  });

  it('names the live version of a document and marks the one it replaced', async () => {
    const newer = { ...ingestion, ingestionId: randomUUID(), version: 2 };
    await feed(handler, [...whole, ...events.promotions(newer, [ingestion.ingestionId])]);

    expect((await reader.document(ingestion))?.version).toBe(2);
    expect((await reader.ingestion(ingestion.ingestionId))?.status).toBe('superseded');
  });

  it('marks the one it replaced even if no store can say that any more, in batches of their own', async () => {
    const newer = { ...ingestion, ingestionId: randomUUID(), version: 2 };
    await feed(handler, whole);
    await feed(handler, events.promotions(newer));

    expect((await reader.document(ingestion))?.version).toBe(2);
    expect((await reader.ingestion(ingestion.ingestionId))?.status).toBe('superseded');
    await feed(handler, events.promotions({ ...ingestion, ingestionId: randomUUID(), version: 1 }));
    expect((await reader.document(ingestion))?.ingestions.map(({ status }) => status).sort()).toEqual([
      'live',
      'superseded',
      'superseded',
    ]);
  });

  it('stores texts that PostgreSQL would refuse, and passes over ids that are no ids', async () => {
    const [staged] = events.pipelineEvents(ingestion);
    const [stray] = events.receipts({ ...ingestion, ingestionId: 'not-a-uuid' });
    if (staged?.type !== 'DocumentStaged' || stray === undefined) throw new Error('unexpected builder');
    const payload = { ...staged.payload, title: 'a\u0000b\ud800', metadata: { 'k\u0000': 'v\u0000' } };

    await feed(handler, [{ type: 'DocumentStaged', payload }, stray]);

    const row = await reader.ingestion(ingestion.ingestionId);
    expect(row).toMatchObject({ title: 'ab\ufffd', metadata: { k: 'v' }, status: 'staged' });
    expect((await reader.list({ limit: 10 })).items).toHaveLength(1);
  });

  it('takes a batch of 200 parts of many documents in well under a second', async () => {
    const times: number[] = [];
    // Whoever else wants the processor may take it for long, but hardly every time.
    for (let round = 0; round < 3; round += 1) {
      const many = Array.from({ length: 20 }, (_, i) => ({
        ...ingestion,
        documentId: `d${round}-${i}`,
        ingestionId: randomUUID(),
      }));
      const batch = many.flatMap((one) => events.pipelineEvents(one));
      const startedAt = performance.now();
      await feed(handler, batch);
      times.push(performance.now() - startedAt);
    }

    expect(Math.min(...times)).toBeLessThan(1000);
  });
});
