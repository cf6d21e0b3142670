import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { v7 } from 'uuid';

import { inTransaction } from '#database';
import { createLogger, Metrics } from '#telemetry';

import type { LedgerSubmission } from './admit.js';
import { DeadlineWatch } from './deadline-watch.js';
import { feed, LedgerDatabase } from './ledger-database.js';
import {
  compensations,
  givenUp,
  pipelineEvents,
  promotions,
  receipts,
  retractionEvents,
  type TestIngestion,
} from './ledger-builders.js';
import type { LedgerEvent } from './ledger-row.js';
import { LedgerAdmission } from './ledger-admission.js';
import { LedgerStage } from './ledger-stage.js';
import { LedgerReader } from './reader.js';
import { retractDocument } from './retract-document.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const hourMs = 3_600_000;

let admission: LedgerAdmission;
let reader: LedgerReader;

beforeAll(() => database.open());
afterAll(() => database.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE ingestions, ingestion_events, documents, outbox');
  admission = new LedgerAdmission(database.pool, database.codec, new Metrics());
  reader = new LedgerReader(database.pool);
});

function aSubmission(overrides: Partial<LedgerSubmission> = {}): LedgerSubmission {
  const what = {
    source: 'inline',
    location: null,
    title: null,
    mediaType: null,
    metadata: {},
    submittedAt: 1_700_000_000_000,
  };
  return { namespace: 'default', documentId: 'doc', ingestionId: randomUUID(), ...what, ...overrides };
}

async function admitted(overrides: Partial<LedgerSubmission> = {}): Promise<LedgerSubmission & { version: number }> {
  const submission = aSubmission(overrides);
  return { ...submission, ...(await admission.admit(submission)) };
}

describe('admit', () => {
  it('gives 50 concurrent ingestions of one document the versions 1 to 50', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => admitted()));

    const versions = all.map(({ version }) => version).toSorted((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('gives one ingestion one version, however often and at once it is asked', async () => {
    const submission = aSubmission();

    const answers = await Promise.all(Array.from({ length: 20 }, () => admission.admit(submission)));

    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([1]));
    expect((await admitted()).version).toBe(2);
    expect(await reader.ingestion(submission.ingestionId)).toMatchObject({
      status: 'submitted',
      stage: 'stager',
      version: 1,
    });
  });

  it('changes nothing when it is asked again', async () => {
    const submission = await admitted();
    const lastChange = async (): Promise<unknown> =>
      (await database.pool.query('SELECT d.xmin, i.xmin AS "row" FROM documents d, ingestions i')).rows;
    const before = await lastChange();

    await admission.admit(submission);

    expect(await lastChange()).toEqual(before);
  });

  it('keeps a version that the submission names, and gives later ones above it', async () => {
    const late = aSubmission({ version: 7 });

    expect(await admission.admit(late)).toMatchObject({ version: 7 });
    expect(await admission.admit({ ...late, version: null })).toMatchObject({ version: 7 });
    expect((await admitted()).version).toBe(8);
    expect((await admitted({ version: 3 })).version).toBe(3);
    expect((await admitted()).version).toBe(9);
    expect(await reader.ingestion(late.ingestionId)).toMatchObject({ status: 'submitted', version: 7 });
  });

  it.each([0, 1.5, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER])(
    'refuses version %d and leaves no mark of it',
    async (version) => {
      await expect(admitted({ version })).rejects.toMatchObject({ kind: 'permanent', reason: 'bad-version' });

      expect((await admitted()).version).toBe(1);
    },
  );

  it('refuses an ingestionId of another document, whatever version it names', async () => {
    const { ingestionId } = await admitted();

    const theft = admitted({ ingestionId, documentId: 'other', version: 9 });

    await expect(theft).rejects.toMatchObject({ reason: 'ingestion-id-taken' });
    expect((await admitted({ documentId: 'other' })).version).toBe(1);
  });

  it('refuses an ingestionId of another document for good', async () => {
    const { ingestionId } = await admitted();

    await expect(admitted({ ingestionId, documentId: 'other' })).rejects.toMatchObject({
      reason: 'ingestion-id-taken',
    });
  });
});

describe('retractDocument', () => {
  const retract = (documentId: string): Promise<{ version: number } | undefined> => {
    const retraction = { namespace: 'default', documentId, ingestionId: randomUUID(), nowMs: 1 };
    return inTransaction(database.pool, (client) => retractDocument(client, retraction));
  };

  it('covers every version so far', async () => {
    await admitted();
    await admitted();

    expect(await retract('doc')).toEqual({ version: 2 });
    expect((await reader.document({ namespace: 'default', documentId: 'doc' }))?.ingestions).toHaveLength(3);
  });

  it('knows nothing of a document that was never submitted', async () => {
    expect(await retract('unknown')).toBeUndefined();
  });
});

describe('LedgerReader', () => {
  it('pages through all ingestions, newest first, without gaps or repeats', async () => {
    const all = await Promise.all(Array.from({ length: 23 }, () => admitted()));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await reader.list({ namespaces: ['default'], limit: 5, cursor });
      seen.push(...page.items.map(({ ingestionId }) => ingestionId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);

    expect(seen).toEqual(
      all
        .map(({ ingestionId }) => ingestionId)
        .toSorted()
        .toReversed(),
    );
  });

  it('filters by namespace, document and status', async () => {
    await admitted();
    await admitted({ namespace: 'other' });
    await admitted({ documentId: 'second' });

    expect((await reader.list({ namespaces: ['other'], limit: 9 })).items).toHaveLength(1);
    expect((await reader.list({ documentId: 'second', limit: 9 })).items).toHaveLength(1);
    expect((await reader.list({ status: 'submitted', limit: 9 })).items).toHaveLength(3);
    expect((await reader.list({ status: 'live', limit: 9 })).items).toEqual([]);
  });

  it('refuses a cursor that is not one of its own, and knows no ingestion of a malformed id', async () => {
    await expect(reader.list({ limit: 5, cursor: "' OR 1=1" })).rejects.toMatchObject({ reason: 'bad-cursor' });
    expect(await reader.ingestion('nonsense')).toBeUndefined();
  });
});

describe('DeadlineWatch', () => {
  const aWatch = (): DeadlineWatch => {
    const { pool, codec } = database;
    return new DeadlineWatch({ pool, codec, log: createLogger('silent'), sagaDeadlineMs: 24 * hourMs });
  };

  async function threeAdmitted(): Promise<[TestIngestion, TestIngestion, TestIngestion]> {
    const identity = async (documentId: string): Promise<TestIngestion> => {
      const { namespace, ingestionId, version } = await admitted({ documentId });
      return { namespace, documentId, ingestionId, version };
    };
    return [await identity('a'), await identity('b'), await identity('c')];
  }

  it('requests compensation once for what nobody decided, and for nothing else', async () => {
    const stage = new LedgerStage(database.pool, database.codec, new Metrics()).open();
    const [stuck, live, received] = await threeAdmitted();
    await feed(stage, [...pipelineEvents(live), ...promotions(live), ...receipts(received)]);
    await database.pool.query('TRUNCATE outbox');
    const watch = aWatch();
    const nowMs = Date.now();

    expect(await watch.check(nowMs + 23 * hourMs)).toBe(0);
    expect(await Promise.all([watch.check(nowMs + 25 * hourMs), watch.check(nowMs + 25 * hourMs)])).toContain(1);
    expect(await watch.check(nowMs + 26 * hourMs)).toBe(0);

    const [request, ...more] = await database.said();
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      type: 'CompensationRequested',
      payload: { ...stuck, requestedBy: 'deadline', confirmed: false },
    });
    const overdue = await reader.overdue(24 * hourMs, nowMs + 25 * hourMs, 1);
    expect(overdue).toMatchObject({ count: 2, oldest: [{ ingestionId: stuck.ingestionId, status: 'submitted' }] });
    expect(await reader.overdue(24 * hourMs, nowMs + 23 * hourMs, 1)).toEqual({ count: 0, oldest: [] });
  });

  it('asks again until a cancelled ingestion is undone in a store that missed the request', async () => {
    const stage = new LedgerStage(database.pool, database.codec, new Metrics()).open();
    const [unheard, held] = await threeAdmitted();
    const cancelled = [unheard, held];
    await feed(stage, [...cancelled.flatMap((one) => pipelineEvents(one)), ...receipts(held)]);
    for (const one of cancelled) {
      await feed(stage, [givenUp(one, 'cancel'), ...compensations(one, 'rolled_back').slice(0, 3)]);
    }
    await database.pool.query('UPDATE ingestions SET concluded_at = now() WHERE error IS NULL');
    const watch = aWatch();
    const nowMs = Date.now();

    const asked: number[] = [];
    for (const hours of [23, 25, 26, 48, 50]) asked.push(await watch.check(nowMs + hours * hourMs));
    for (const one of cancelled) await feed(stage, compensations(one, 'rolled_back').slice(3));
    asked.push(await watch.check(nowMs + 90 * hourMs));

    expect(asked).toEqual([0, 2, 0, 0, 2, 0]);
    const requests = (await database.said()).filter(({ type }) => type === 'CompensationRequested');
    expect(requests).toHaveLength(4);
    for (const { ingestionId } of cancelled) {
      expect(requests).toContainEqual(
        expect.objectContaining({
          payload: expect.objectContaining({ ingestionId, requestedBy: 'deadline', confirmed: true }),
        }),
      );
      expect(await reader.ingestion(ingestionId)).toMatchObject({ status: 'rolled_back', error: { role: 'cancel' } });
    }
  });

  it('says a retraction again, once in each deadline, until a store that missed it has removed the document', async () => {
    const stage = new LedgerStage(database.pool, database.codec, new Metrics()).open();
    const { namespace, documentId } = await admitted({ documentId: 'gone' });
    const nowMs = Date.now();
    const ref = { namespace, documentId, ingestionId: v7() };
    const { version = 0 } = (await inTransaction(database.pool, (on) => retractDocument(on, { ...ref, nowMs }))) ?? {};
    const [retracted, ...removals] = retractionEvents({ ...ref, version }, []);
    await feed(stage, [retracted as LedgerEvent, ...removals.slice(0, 3)]);
    await database.pool.query("UPDATE ingestions SET concluded_at = now() WHERE kind = 'ingestion'");
    await database.pool.query('TRUNCATE outbox');
    const watch = aWatch();

    const asked: number[] = [];
    for (const hours of [23, 25, 26, 50]) asked.push(await watch.check(nowMs + hours * hourMs));
    await feed(stage, removals);
    asked.push(await watch.check(nowMs + 90 * hourMs));

    expect(asked).toEqual([0, 1, 0, 1, 0]);
    const said = await database.said();
    expect(said.map(({ type }) => type)).toEqual(['DocumentRetracted', 'DocumentRetracted', 'IngestionConcluded']);
    expect(said[0]).toMatchObject({ payload: { ...ref, version } });
    expect(await reader.ingestion(ref.ingestionId)).toMatchObject({ status: 'retracted' });
  });

  it('does not count the time for which documents of the namespace were parked, and that of others', async () => {
    const [parked, other] = [
      await admitted({ documentId: 'parked' }),
      await admitted({ namespace: 'other', documentId: 'other' }),
    ];
    await database.pool.query(
      `INSERT INTO penstock.model_pauses (namespace, model, reason, message, started_at, seen_at, ended_at, parked)
       VALUES ($1, 'm', 'budget-exhausted', '', now() - interval '1 day', now() - interval '1 day', now() + interval '10 hours', true)`,
      [parked.namespace],
    );
    const watch = aWatch();
    const nowMs = Date.now();

    expect(await watch.check(nowMs + 33 * hourMs)).toBe(1);
    expect(await database.said()).toMatchObject([{ payload: { ingestionId: other.ingestionId } }]);
    await database.pool.query('TRUNCATE outbox');
    expect(await watch.check(nowMs + 35 * hourMs)).toBe(1);
    expect(await database.said()).toMatchObject([{ payload: { ingestionId: parked.ingestionId } }]);
    await database.pool.query('TRUNCATE penstock.model_pauses');
  });

  it('does not count the time in which calls to models waited', async () => {
    const waited = await admitted({ documentId: 'waited' });
    await database.pool.query(
      `INSERT INTO penstock.model_pauses (namespace, model, reason, message, started_at, seen_at)
       VALUES ('any', 'm', 'budget-exhausted', '', now() - interval '1 day', now() + interval '10 hours')`,
    );
    const watch = aWatch();
    const nowMs = Date.now();

    expect(await watch.check(nowMs + 33 * hourMs)).toBe(0);
    await database.pool.query('TRUNCATE outbox');

    expect(await watch.check(nowMs + 35 * hourMs)).toBe(1);
    expect(await database.said()).toMatchObject([{ payload: { ingestionId: waited.ingestionId } }]);
    await database.pool.query('TRUNCATE penstock.model_pauses');
  });
});
