import { describe, expect, it } from '@jest/globals';

import { emission, type Emission } from '#events';

import { aFailedIngestion, aStagedDocument, aSubmission } from './letter.builders.js';
import { describedBy, firstEvent, uploadOf, type IngestionPlan } from './new-ingestion.js';
import { planReplay, resendProblem, stagingRefOf, type ReplayedLetter } from './replay-plan.js';

const value = Buffer.from('bytes');
const ids = {
  namespace: 'acme',
  documentId: 'report',
  ingestionId: '01900000-0000-7000-8000-000000000001',
  version: 1,
};
const fresh = { ...ids, ingestionId: '01900000-0000-7000-8000-000000000009', version: 4, nowMs: 9000 };
const receipt = { ...ids, store: 'redis', writtenAt: 3 };

/** Only the type and the ids of these count for a plan. */
const part = (type: 'DocumentParsed' | 'DocumentExtracted' | 'DocumentEmbedded'): Emission =>
  ({ type, payload: { ...ids, part: 1, parts: 3 } }) as unknown as Emission;

function letter(stage: string, topic = 'saga'): ReplayedLetter {
  return {
    stage,
    topic: `penstock.documents.${topic}`,
    value,
    keyBytes: Buffer.from('acme/report'),
    headerPairs: [],
    truncatedFromBytes: null,
  };
}

describe('what is replayed from where', () => {
  it('the stager and the parser get their own event again', () => {
    const submitted = aSubmission();
    const staged = aStagedDocument();

    const byStager = planReplay(letter('stager', 'submitted'), emission('DocumentSubmitted', submitted));
    const byParser = planReplay(letter('parser', 'staged'), emission('DocumentStaged', staged));

    expect(byStager).toEqual({ kind: 'submit', submitted });
    expect(byParser).toEqual({ kind: 'parse', staged });
  });

  it.each([
    ['extractor', 'DocumentParsed'],
    ['embedder', 'DocumentExtracted'],
    ['writer-neo4j', 'DocumentEmbedded'],
    ['writer-postgres', 'DocumentEmbedded'],
    ['writer-qdrant', 'DocumentEmbedded'],
    ['writer-redis', 'DocumentEmbedded'],
  ] as const)('one part can not complete an ingestion: what %s gave up starts anew from staging', (stage, type) => {
    expect(planReplay(letter(stage), part(type))).toEqual({ kind: 'restart', ingestionId: ids.ingestionId });
  });

  it('what a watcher gave up is told to it again', () => {
    expect(planReplay(letter('ledger'), part('DocumentEmbedded'))).toEqual({ kind: 'resend' });
    expect(planReplay(letter('ledger', 'staged'), emission('DocumentStaged', aStagedDocument()))).toEqual({
      kind: 'resend',
    });
    const event = { type: 'StoreWritten', payload: receipt } as unknown as Emission;
    expect(planReplay(letter('writer-neo4j'), event)).toEqual({ kind: 'resend' });
  });

  it('what can not be decoded, or names no possible document, is sent again as it is', () => {
    const nameless = emission('DocumentSubmitted', aSubmission({ namespace: 'Not A Namespace' }));

    expect(planReplay(letter('stager', 'submitted'), undefined)).toEqual({ kind: 'resend' });
    expect(planReplay(letter('stager', 'submitted'), nameless)).toEqual({ kind: 'resend' });
  });

  it.each([
    ['a key that is no text', { keyBytes: Buffer.from([0xff, 0x2f]) }],
    ['a key with NUL', { keyBytes: Buffer.from('acme/re\u0000port') }],
    ['a header that is no text', { headerPairs: [['trace', Buffer.from([0xc3]).toString('base64')]] as const }],
    ['a header that stands twice', { headerPairs: [['a', 'YQ=='] as const, ['a', 'Yg=='] as const] }],
  ])('a record with %s would not be sent again as it is, so it is refused', (_what, changed) => {
    const as = { ...letter('stager', 'submitted'), ...changed };

    expect(planReplay(as, undefined)).toMatchObject({ kind: 'refuse', reason: 'not-replayable' });
    expect(planReplay({ ...as, stage: 'parser' }, emission('DocumentStaged', aStagedDocument()))).toMatchObject({
      kind: 'parse',
    });
  });

  it('a record that was cut is refused, also if only its headers were', () => {
    const refused = { kind: 'refuse', reason: 'not-whole' };

    expect(planReplay({ ...letter('writer-neo4j'), truncatedFromBytes: 5000 }, undefined)).toMatchObject(refused);
    expect(
      planReplay(
        { ...letter('parser', 'staged'), truncatedFromBytes: 0 },
        emission('DocumentStaged', aStagedDocument()),
      ),
    ).toMatchObject(refused);
  });

  it('a record without a value, and one from a foreign topic, are refused', () => {
    const refused = { kind: 'refuse', reason: 'not-replayable' };

    expect(planReplay({ ...letter('stager', 'submitted'), value: null }, undefined)).toMatchObject(refused);
    expect(planReplay({ ...letter('stager'), topic: 'payments' }, undefined)).toMatchObject(refused);
    expect(planReplay(letter('unknown', 'dead-letter'), undefined)).toMatchObject(refused);
  });
});

describe('what is sent again as it is', () => {
  it('waits for no end of its ingestion, or is told to nobody but watchers', () => {
    expect(resendProblem('penstock.documents.saga', undefined)).toBeUndefined();
    expect(resendProblem('penstock.documents.outcomes', 'rolled_back')).toBeUndefined();
  });

  it.each(['submitted', 'staged', 'parsed', 'extracted', 'saga'])(
    'goes to %s no more once its ingestion has ended, as its tombstones may be gone',
    (topic) => {
      expect(resendProblem(`penstock.documents.${topic}`, 'rolled_back')).toMatch(/concluded \(rolled_back\)/);
      expect(resendProblem(`penstock.documents.${topic}`, 'live')).toMatch(/concluded \(live\)/);
    },
  );
});

describe('the staged bytes a replay needs', () => {
  it('are those of the staged document, or of the upload', () => {
    const upload = aSubmission({ source: 'local_upload', location: 'staging:abc', content: null });

    expect(stagingRefOf({ kind: 'parse', staged: aStagedDocument({ stagingRef: 'r' }) })).toBe('r');
    expect(stagingRefOf({ kind: 'submit', submitted: upload })).toBe('abc');
  });

  it('are none for what the stager fetches itself', () => {
    const path = aSubmission({ source: 'local_upload', location: '/inbox/report.md' });

    expect(stagingRefOf({ kind: 'submit', submitted: aSubmission() })).toBeUndefined();
    expect(stagingRefOf({ kind: 'submit', submitted: path })).toBeUndefined();
    expect(stagingRefOf({ kind: 'resend' })).toBeUndefined();
  });
});

describe('the first event of the new ingestion', () => {
  const { nowMs: _nowMs, ...freshIds } = fresh;

  it('is the one that failed, under new ids', () => {
    const submit: IngestionPlan = { kind: 'submit', submitted: aSubmission() };
    const parse: IngestionPlan = { kind: 'parse', staged: aStagedDocument() };

    expect(firstEvent(submit, undefined, fresh)).toEqual(
      emission('DocumentSubmitted', aSubmission({ ...freshIds, content: 'Words.' })),
    );
    expect(firstEvent(parse, undefined, fresh)).toEqual(
      emission('DocumentStaged', aStagedDocument({ ...freshIds, stagedAt: 9000 })),
    );
  });

  it('names an upload by the id of the new ingestion, unless it was never that of the one that failed', () => {
    const upload = { source: 'local_upload', location: `staging:${ids.ingestionId}`, content: null };
    const own: IngestionPlan = { kind: 'submit', submitted: aSubmission({ ...upload, ingestionId: ids.ingestionId }) };
    const stolen: IngestionPlan = { kind: 'submit', submitted: aSubmission({ ...upload, ingestionId: null }) };
    const locationOf = (plan: IngestionPlan, failed = aFailedIngestion()): unknown =>
      (firstEvent(plan, failed, fresh).payload as { location?: unknown }).location;

    expect(uploadOf(own, aFailedIngestion())).toBe(ids.ingestionId);
    expect(locationOf(own)).toBe(`staging:${fresh.ingestionId}`);
    expect(uploadOf(own, undefined)).toBeUndefined();
    expect(uploadOf(stolen, aFailedIngestion())).toBeUndefined();
    expect(locationOf(stolen)).toBe(upload.location);
  });

  it('is made of what the ledger knows if a later stage failed, bytes where they were', () => {
    const restart: IngestionPlan = { kind: 'restart', ingestionId: ids.ingestionId };

    const event = firstEvent(restart, aFailedIngestion(), fresh);

    expect(event).toEqual(emission('DocumentStaged', aStagedDocument({ ...freshIds, stagedAt: 9000 })));
    expect(describedBy(restart, aFailedIngestion(), ids)).toMatchObject({ documentId: 'report', submittedAt: 1000 });
  });

  it.each([
    ['an ingestion nobody knows', undefined],
    ['one that was never staged', aFailedIngestion({ staging_ref: null })],
  ])('can not be made of %s', (_what, failed) => {
    const restart: IngestionPlan = { kind: 'restart', ingestionId: ids.ingestionId };

    expect(() => firstEvent(restart, failed, fresh)).toThrow(expect.objectContaining({ reason: 'bytes-gone' }));
  });
});
