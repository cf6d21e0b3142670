import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { inTransaction } from '#database';
import { Metrics } from '#telemetry';

import type { ComparedContent, Verdict } from './compare-content.js';
import { LedgerAdmission } from './ledger-admission.js';
import { compensations, givenUp, pipelineEvents, promotions, receipts } from './ledger-builders.js';
import { feed, LedgerDatabase } from './ledger-database.js';
import type { LedgerEvent } from './ledger-row.js';
import { LedgerStage } from './ledger-stage.js';
import { LedgerReader } from './reader.js';
import { retractDocument } from './retract-document.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const document = { namespace: 'default', documentId: 'doc' };
const a = 'ab'.repeat(32);
const b = 'cd'.repeat(32);
const validators = { etag: '"one"', lastModified: null };
let admission: LedgerAdmission;
let reader: LedgerReader;

beforeAll(() => database.open());
afterAll(() => database.close());

beforeEach(async () => {
  await database.pool.query('TRUNCATE ingestions, ingestion_events, documents, outbox');
  admission = new LedgerAdmission(database.pool, database.codec, new Metrics());
  reader = new LedgerReader(database.pool);
});

interface Version {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

async function admitted(named: number | null = null): Promise<Version> {
  const ingestionId = randomUUID();
  const described = { source: 'inline', location: null, title: null, mediaType: null, metadata: {}, submittedAt: 1000 };
  const { version } = await admission.admit({ ...document, ingestionId, version: named, ...described });
  return { ...document, ingestionId, version };
}

function contentOf({ ingestionId }: Version, overrides: Partial<ComparedContent> = {}): ComparedContent {
  const bytes = { sha256: a, sizeBytes: 120, mediaType: 'text/plain', stagingRef: ingestionId };
  return { ...document, ingestionId, described: 'as before', ...bytes, validators, force: false, ...overrides };
}

function compared(version: Version, overrides: Partial<ComparedContent> = {}): Promise<Verdict> {
  return admission.compare(contentOf(version, overrides), 5000);
}

async function hears(events: readonly LedgerEvent[]): Promise<void> {
  await feed(new LedgerStage(database.pool, database.codec, new Metrics()).open(), events);
}

/** A version that went all its way; `pipelineEvents` gives it the hash that `a` is. */
async function live(version: Version, replaced: string[] = []): Promise<void> {
  expect(await compared(version)).toBe('new');
  await hears([...pipelineEvents(version), ...receipts(version), ...promotions(version, replaced)]);
}

const status = async ({ ingestionId }: Version): Promise<unknown> => (await reader.ingestion(ingestionId))?.status;

describe('content that is live already', () => {
  let first: Version;

  beforeEach(async () => {
    first = await admitted();
    await live(first);
    await database.pool.query('TRUNCATE outbox');
  });

  it('is concluded at once: no stage and no store hears of it, and the live version stays', async () => {
    const second = await admitted();

    expect(await compared(second)).toBe('unchanged');

    const seen = await reader.ingestion(second.ingestionId);
    expect(seen).toMatchObject({
      status: 'unchanged',
      stage: 'done',
      sameAs: first.ingestionId,
      error: null,
    });
    expect(seen?.timeline.map(({ type }) => type)).toEqual(['DocumentSubmitted', 'IngestionConcluded']);
    const stagingRef = second.ingestionId;
    expect(await database.said()).toMatchObject([
      { type: 'IngestionConcluded', payload: { ...second, status: 'unchanged', stagingRef, error: null } },
    ]);
    expect(await reader.document(document)).toMatchObject({ version: 1 });
    expect(await status(first)).toBe('live');
  });

  it('is judged once, however often and at once it is asked', async () => {
    const second = await admitted();

    const verdicts = await Promise.all(Array.from({ length: 12 }, () => compared(second)));

    expect(new Set(verdicts)).toEqual(new Set(['unchanged']));
    expect(await database.said()).toHaveLength(1);
    expect(await compared(second, { sha256: b })).toBe('unchanged');
  });

  it('is new for good once it was called new, so that no stage works for what is concluded', async () => {
    const second = await admitted();
    expect(await compared(second, { force: true })).toBe('new');

    expect(await compared(second)).toBe('new');
    expect(await status(second)).toBe('submitted');
  });

  it.each<[string, Partial<ComparedContent>]>([
    ['the bytes differ', { sha256: b }],
    ['title, metadata, media type or pipeline differ', { described: 'otherwise' }],
    ['it is forced', { force: true }],
  ])('is new if %s', async (_what, overrides) => {
    expect(await compared(await admitted(), overrides)).toBe('new');
  });

  it('is new while another version is under way, whichever of the two was admitted first', async () => {
    const b2 = await admitted();
    const a3 = await admitted();

    expect(await compared(b2, { sha256: b })).toBe('new');
    expect(await compared(a3)).toBe('new');

    const a4 = await admitted();
    await admitted();
    expect(await compared(a4)).toBe('new');
  });

  it('is unchanged again once the version in between was undone', async () => {
    const second = await admitted();
    expect(await compared(second, { sha256: b })).toBe('new');
    await hears([givenUp(second, 'writer-qdrant'), ...compensations(second, 'rolled_back')]);

    expect(await compared(await admitted())).toBe('unchanged');
  });

  it('is new if the version of the same content was replaced or retracted, or its retraction is under way', async () => {
    const retraction = { ...document, ingestionId: randomUUID(), nowMs: 1 };
    await inTransaction(database.pool, (client) => retractDocument(client, retraction));
    expect(await compared(await admitted())).toBe('new');

    await database.pool.query('TRUNCATE ingestions, documents');
    const [one, two] = [await admitted(), await admitted()];
    await live(one);
    expect(await compared(two, { sha256: b })).toBe('new');
    await hears([...receipts(two), ...promotions(two, [one.ingestionId])]);
    expect(await compared(await admitted())).toBe('new');
  });

  it('is new under a version that is older than the live one', async () => {
    const fifth = await admitted(5);
    expect(await compared(fifth, { force: true })).toBe('new');
    await hears([...pipelineEvents(fifth), ...receipts(fifth), ...promotions(fifth, [first.ingestionId])]);

    expect(await compared(await admitted(3))).toBe('new');
  });

  it('stays unchanged whatever is said of it later, and is over for a stage that meets it again', async () => {
    const second = await admitted();
    expect(await compared(second)).toBe('unchanged');

    await hears([givenUp(second, 'parser', 'not-avro'), ...compensations(second, 'rolled_back')]);

    expect(await status(second)).toBe('unchanged');
    const described = { source: 'inline', location: null, title: null, mediaType: null, metadata: {}, submittedAt: 1 };
    expect(await admission.admit({ ...second, ...described })).toMatchObject({ version: 2, over: true });
  });
});

describe('a source that says that its bytes are the same', () => {
  it('is asked with what it said of the live version, and believed as long as that is the live one', async () => {
    const first = await admitted();
    await live(first);
    const second = await admitted();
    const described = { ...second, described: 'as before' };

    expect(await admission.liveSource(described)).toEqual({ ingestionId: first.ingestionId, validators });
    expect(await admission.liveSource({ ...described, described: 'otherwise' })).toBeUndefined();
    expect(await admission.unmodified({ ...described, sameAs: first.ingestionId }, 5000)).toBe('unchanged');
    expect(await reader.ingestion(second.ingestionId)).toMatchObject({
      status: 'unchanged',
      sizeBytes: 120,
    });
  });

  it('is fetched after all if another version came meanwhile, and compared then', async () => {
    const first = await admitted();
    await live(first);
    const [second, third] = [await admitted(), await admitted()];

    const asked = { ...second, described: 'as before', sameAs: first.ingestionId };
    expect(await admission.unmodified(asked, 5000)).toBe('new');
    expect(await admission.liveSource(asked)).toBeUndefined();

    expect(await compared(third, { force: true })).toBe('new');
    await hears([givenUp(third, 'cancel'), ...compensations(third, 'rolled_back')]);
    expect(await compared(second)).toBe('unchanged');
  });
});
