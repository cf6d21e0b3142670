import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { derivedUuidV7, type DocumentSubmitted } from '#events';
import type { StageContext } from '#kafka';
import { Metrics } from '#telemetry';

import { LedgerChildren } from './held-children.js';
import { LedgerAdmission } from './ledger-admission.js';
import { compensations, givenUp, pipelineEvents, promotions, receipts, type TestIngestion } from './ledger-builders.js';
import { feed, LedgerDatabase } from './ledger-database.js';
import type { LedgerEvent } from './ledger-row.js';
import { LedgerStage } from './ledger-stage.js';
import { LedgerReader } from './reader.js';
import { LedgerOrphans } from './retract-orphans.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const document = { namespace: 'default', documentId: 'papers.eml' };
const inside = { namespace: 'default', documentId: 'papers.eml!/attachments/1-one.txt' };
const context: StageContext = { signal: new AbortController().signal, attempt: 0, triedForMs: 0, nowMs: () => 5000 };
const submittedAtMs = 1000;
let children: LedgerChildren;
let orphans: LedgerOrphans;

beforeAll(() => database.open());
afterAll(() => database.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE ingestions, ingestion_events, documents, outbox, held_children');
  children = new LedgerChildren(database.pool, database.codec);
  orphans = new LedgerOrphans(database.pool, database.codec);
});

async function admitted(
  of: typeof document,
  metadata: Record<string, string> = {},
  ingestionId: string = randomUUID(),
): Promise<TestIngestion> {
  const admission = new LedgerAdmission(database.pool, database.codec, new Metrics());
  const described = { source: 'inline', location: null, title: null, mediaType: null, submittedAt: submittedAtMs };
  const { version } = await admission.admit({ ...of, ingestionId, ...described, metadata });
  return { ...of, ingestionId, version };
}

function childOf(
  parent: TestIngestion,
  ingestionId: string = randomUUID(),
): DocumentSubmitted & { ingestionId: string } {
  const described = { source: 'local_upload', location: `staging:${ingestionId}`, content: null, mediaType: null };
  const metadata = { parent_document_id: parent.documentId, parent_ingestion_id: parent.ingestionId };
  const own = { ingestionId, version: null, title: null, force: false, submittedAt: submittedAtMs };
  return { ...inside, ...described, ...own, metadata };
}

async function hears(events: readonly LedgerEvent[]): Promise<void> {
  await feed(new LedgerStage(database.pool, database.codec, new Metrics()).open(), events);
}

const goesLive = (one: TestIngestion, replaced: string[] = []): Promise<void> =>
  hears([...pipelineEvents(one), ...receipts(one), ...promotions(one, replaced)]);
const isUndone = (one: TestIngestion): Promise<void> =>
  hears([...pipelineEvents(one), givenUp(one, 'writer-qdrant'), ...compensations(one, 'rolled_back')]);

/** What was said of what lies in the document, besides ends. */
async function saidInside(): Promise<string[]> {
  const said = await database.said();
  return said.flatMap(({ type, payload }) =>
    payload.documentId === inside.documentId && type !== 'IngestionConcluded' ? [type] : [],
  );
}

async function held(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM held_children');
  return rows[0]?.n ?? -1;
}

describe('what lies in a document', () => {
  it('waits until the document is live, and is submitted once then', async () => {
    const parent = await admitted(document);
    const child = childOf(parent);
    await children.hold(parent.ingestionId, [child]);
    await children.hold(parent.ingestionId, [child]);
    await children.settle(document, context);
    expect([await held(), await saidInside()]).toEqual([1, []]);

    await goesLive(parent);
    await children.settle(document, context);
    await children.settle(document, context);

    expect([await held(), await saidInside()]).toEqual([0, ['DocumentSubmitted']]);
    const { rows } = await database.pool.query('SELECT version, status FROM ingestions WHERE ingestion_id = $1', [
      child.ingestionId,
    ]);
    expect(rows).toEqual([{ version: 1, status: 'submitted' }]);
  });

  it('is forgotten with a version that is undone, and never heard of', async () => {
    const parent = await admitted(document);
    const child = childOf(parent);
    await children.hold(parent.ingestionId, [child]);

    await isUndone(parent);

    expect(await children.settle(document, context)).toEqual([child.ingestionId]);
    expect(await children.settle(document, context)).toEqual([]);
    expect([await held(), await saidInside()]).toEqual([0, []]);
  });

  it('is not held for an ingestion that has ended: its events come again after a crash', async () => {
    const parent = await admitted(document);
    await goesLive(parent);

    await children.hold(parent.ingestionId, [childOf(parent)]);

    expect(await held()).toBe(0);
  });

  it('keeps the one of the version before from going between its end and the submission', async () => {
    const first = await admitted(document);
    await goesLive(first);
    const metadata = { parent_document_id: document.documentId, parent_ingestion_id: first.ingestionId };
    await goesLive(await admitted(inside, metadata));
    const second = await admitted(document);
    await children.hold(second.ingestionId, [childOf(second)]);

    await goesLive(second, [first.ingestionId]);
    await orphans.retract(inside, context);

    expect(await saidInside()).toEqual([]);
    await children.settle(document, context);
    await orphans.retract(inside, context);
    expect(await saidInside()).toEqual(['DocumentSubmitted']);
  });

  it('does not wait for a sibling whose id somebody else has taken', async () => {
    const parent = await admitted(document);
    const taken = await admitted({ namespace: 'default', documentId: 'another' });
    await children.hold(parent.ingestionId, [childOf(parent, taken.ingestionId), childOf(parent)]);

    await goesLive(parent);
    await children.settle(document, context);

    expect([await held(), await saidInside()]).toEqual([0, ['DocumentSubmitted', 'DocumentSubmitted']]);
  });
});

describe('what came out of an ingestion', () => {
  /** A document that says that it came out of the parent, with an id as the parser gives it. */
  async function cameOut(parent: TestIngestion, documentId: string): Promise<string> {
    const metadata = { parent_document_id: parent.documentId, parent_ingestion_id: parent.ingestionId };
    const ingestionId = derivedUuidV7(submittedAtMs, `child of ${parent.ingestionId} ${documentId}`);
    await admitted({ ...document, documentId }, metadata, ingestionId);
    return ingestionId;
  }

  it('is listed by pages, and nothing that came out of the version before or only says so', async () => {
    const [before, parent] = [await admitted(document), await admitted(document)];
    await cameOut(before, 'papers.eml!/attachments/1-one.txt');
    await cameOut(parent, 'somebody-says-so');
    const inside = ['1-one.txt', '2-two.txt', '3-three.txt'].map((name) => `papers.eml!/attachments/${name}`);
    const ids: string[] = [];
    for (const documentId of inside) ids.push(await cameOut(parent, documentId));
    const reader = new LedgerReader(database.pool);

    const first = await reader.children(parent.ingestionId, { limit: 2 });
    const rest = await reader.children(parent.ingestionId, { limit: 2, cursor: first.nextCursor });

    expect(first.items).toHaveLength(2);
    expect([...first.items, ...rest.items].map(({ ingestionId }) => ingestionId)).toEqual(ids.toSorted().toReversed());
    expect(rest.nextCursor).toBeUndefined();
    expect(await reader.children(ids[0] ?? '', { limit: 2 })).toEqual({ items: [] });
    await expect(reader.children(parent.ingestionId, { limit: 2, cursor: 'x' })).rejects.toMatchObject({
      reason: 'bad-cursor',
    });
  });
});
