import { describe, expect, it } from '@jest/globals';

import { PermanentFailure } from '#failure';

import { describeIngestion, describeOutcome } from './describe-outcome.js';
import type { IngestionReport } from './ingestion-report.js';
import { asReport, isGood, type Outcome } from './outcome.js';

const color = /\u001b\[\d+m/gu;

function outcome(documentId: string, status: string, inside: readonly Outcome[] = []): Outcome {
  const timeline = [{ at: '', type: 'DocumentParsed', detail: inside.length === 0 ? {} : { children: inside.length } }];
  const nothing = { stores: {}, tokens: {}, cost: { calls: 0, usd: null }, models: { extraction: [], embedding: [] } };
  const counts = { chunks: 3, entities: 2, facts: 1 };
  const error = status === 'failed' ? { reason: 'empty', message: 'the document has no text' } : null;
  const identity = { ingestionId: documentId, namespace: 'default', documentId, version: 1 };
  const report: IngestionReport = { ...identity, status, timeline, counts, error, ...nothing };
  return { item: { kind: 'file', documentId }, report, ...(inside.length === 0 ? {} : { inside }) };
}

const refusal = new PermanentFailure('too large', { reason: 'too-large' });
const refused: Outcome = { item: { kind: 'file', documentId: 'b.txt' }, refusal };
const skipped: Outcome = { item: { kind: 'skipped', documentId: 'link' }, refusal };
const mail = outcome('a.eml', 'live', [
  outcome('a.eml!/attachments/1-b.txt', 'live'),
  outcome('a.eml!/attachments/2-c.zip', 'live', [outcome('a.eml!/attachments/2-c.zip!/members/1-d.txt', 'failed')]),
]);

describe('the outcome of a document', () => {
  it('is a line that says how many documents lie in it, and below it one for each of them, at any depth', () => {
    expect(describeOutcome(mail).replaceAll(color, '').split('\n')).toEqual([
      'live         a.eml v1: 3 chunks, 2 entities, 1 facts, 2 documents inside',
      '  live         a.eml!/attachments/1-b.txt v1: 3 chunks, 2 entities, 1 facts',
      '  live         a.eml!/attachments/2-c.zip v1: 3 chunks, 2 entities, 1 facts, 1 document inside',
      '    failed       a.eml!/attachments/2-c.zip!/members/1-d.txt v1: the document has no text (empty)',
    ]);
  });

  it('is one line where nothing lies in it', () => {
    expect([refused, skipped].map((one) => describeOutcome(one).replaceAll(color, ''))).toEqual([
      'refused      b.txt: too large (too-large)',
      'skipped      link: too large (too-large)',
    ]);
  });

  it('is good if it and all that lies in it is live', () => {
    const whole = outcome('a.eml', 'live', [outcome('b.txt', 'live'), outcome('c.txt', 'unchanged')]);

    expect([whole, skipped, outcome('d.txt', 'unchanged')].map(isGood)).toEqual([true, true, true]);
    expect([mail, refused, outcome('d.txt', 'failed')].map(isGood)).toEqual([false, false, false]);
    expect(isGood({ ...whole, inside: [{ item: { kind: 'inside', documentId: 'a.eml' }, refusal }] })).toBe(false);
  });

  it('holds as JSON the ingestion, and those of what lies in it', () => {
    const inner = mail.inside?.[1];

    expect(asReport(mail)).toEqual({
      ...mail.report,
      children: [mail.inside?.[0]?.report, { ...inner?.report, children: [inner?.inside?.[0]?.report] }],
    });
    expect([refused, skipped].map(asReport)).toEqual([
      { documentId: 'b.txt', status: 'failed', error: { reason: 'too-large', message: 'too large' } },
      { documentId: 'link', status: 'skipped', error: { reason: 'too-large', message: 'too large' } },
    ]);
  });
});

describe('the story of an ingestion', () => {
  it('says what it was made with', () => {
    const { report } = outcome('a.txt', 'live');
    if (report === undefined) throw new Error('no report');
    const extraction = [{ model: 'local/rules-1', version: '3' }];
    const embedding = [{ model: 'hash/384', dimensions: 384 }];
    const told = [report.models, { extraction, embedding }].map((models) => {
      const lines = describeIngestion({ ...report, models }).split('\n');
      return lines.find((line) => line.includes(' models '))?.trim();
    });

    expect(told).toEqual(['models  none', 'models  local/rules-1 version 3; hash/384 384 dimensions']);
  });

  it('says why it waits for a model, if it does', () => {
    const { report } = outcome('a.txt', 'parsed');
    if (report === undefined) throw new Error('no report');
    const waiting = { reason: 'model-unknown', message: 'no such model', since: '2026-11-28T10:00:00.000Z' };
    const told = [waiting, null].map((one) =>
      describeIngestion({ ...report, waiting: one })
        .split('\n')
        .at(-1),
    );

    expect(told).toEqual([
      '    waits   no such model (model-unknown, since 2026-11-28T10:00:00.000Z)',
      expect.stringMatching(/^ {4}stores/),
    ]);
  });
});
