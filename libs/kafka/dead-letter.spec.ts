import { describe, expect, it } from '@jest/globals';

import { emission } from '#events';
import { PermanentFailure, PoisonMessage } from '#failure';

import { compensationOf, compensationOfRecord } from './compensation.js';
import { deadLetter } from './dead-letter.js';
import type { KafkaRecord } from './kafka-record.js';

const ingestionId = '018f4e2a-0000-7000-8000-000000000001';
const why = { role: 'parser', failure: new PoisonMessage('torn', { reason: 'bad-avro' }), nowMs: 7 };

function aRecord(overrides: Partial<KafkaRecord> = {}): KafkaRecord {
  return {
    topic: 'penstock.documents.staged',
    partition: 2,
    offset: 41n,
    key: Buffer.from('acme/a/b'),
    value: Buffer.from([0, 1, 2]),
    headers: { ce_ingestionid: Buffer.from(ingestionId), ce_documentversion: Buffer.from('3') },
    timestampMs: 0,
    ...overrides,
  };
}

describe('a dead letter', () => {
  it('keeps key, value and headers and says why it is there', () => {
    const record = aRecord();
    const failure = new PermanentFailure('refused', { reason: 'store-refused' });

    const letter = deadLetter(record, failure, {
      group: 'penstock.parser',
      stage: 'parser',
      attempts: 2,
      failedAtMs: 0,
    });

    expect(letter).toMatchObject({ topic: 'penstock.documents.dead-letter', key: record.key, value: record.value });
    expect(letter.headers).toEqual({
      ...record.headers,
      'deadletter.topic': 'penstock.documents.staged',
      'deadletter.partition': '2',
      'deadletter.offset': '41',
      'deadletter.group': 'penstock.parser',
      'deadletter.stage': 'parser',
      'deadletter.attempts': '2',
      'deadletter.failed-at': '1970-01-01T00:00:00.000Z',
      'deadletter.failure-type': 'PermanentFailure',
      'deadletter.failure-message': 'refused',
      'deadletter.failure-reason': 'store-refused',
    });
  });
});

describe('giving up an event', () => {
  it('asks to undo the ingestion that key and headers of an unreadable record name', () => {
    expect(compensationOfRecord(aRecord(), why)).toEqual(
      emission('CompensationRequested', {
        namespace: 'acme',
        documentId: 'a/b',
        ingestionId,
        version: 3,
        requestedBy: 'parser',
        reason: 'bad-avro',
        message: 'torn',
        requestedAt: 7,
        confirmed: false,
      }),
    );
  });

  it.each([
    ['no key', { key: null }],
    ['a key that is none of ours', { key: Buffer.from('no slash') }],
    ['no headers', { headers: {} }],
    ['a version that is no number', { headers: { ce_ingestionid: ingestionId, ce_documentversion: 'x' } }],
    ['an outcome', { topic: 'penstock.documents.outcomes' }],
  ])('undoes nothing for a record with %s', (_, overrides) => {
    expect(compensationOfRecord(aRecord(overrides), why)).toBeUndefined();
  });

  it('undoes nothing for a submission that was not admitted', () => {
    const payload = { namespace: 'acme', documentId: 'a', ingestionId: null, version: null } as never;

    expect(compensationOf({ type: 'DocumentSubmitted', payload }, why)).toBeUndefined();
  });
});
