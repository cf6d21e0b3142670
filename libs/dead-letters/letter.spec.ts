import { describe, expect, it } from '@jest/globals';

import { emission } from '#events';
import type { KafkaRecord } from '#kafka';

import { letterOf, replayOfHeader } from './letter.js';
import { aSubmission } from './letter.builders.js';
import { headersAsText, payloadShape } from './letter-views.js';

const told = {
  'deadletter.topic': 'penstock.documents.submitted',
  'deadletter.partition': '3',
  'deadletter.offset': '17',
  'deadletter.group': 'penstock.stager',
  'deadletter.stage': 'stager',
  'deadletter.attempts': '2',
  'deadletter.failed-at': '2025-01-01T00:00:00.000Z',
  'deadletter.failure-type': 'PoisonMessage',
  'deadletter.failure-message': 'value is not in Confluent Avro wire format',
  'deadletter.failure-reason': 'not-avro',
};

function aRecord(overrides: Partial<KafkaRecord> = {}): KafkaRecord {
  const place = { topic: 'penstock.documents.dead-letter', partition: 0, offset: 5n, timestampMs: 7 };
  return { ...place, key: Buffer.from('acme/report'), value: Buffer.from('{}'), headers: told, ...overrides };
}

describe('a letter read from the dead-letter topic', () => {
  it('says where the original lay, who gave it up and why', () => {
    const letter = letterOf(aRecord(), undefined);

    expect(letter).toMatchObject({ namespace: 'acme', documentId: 'report', ingestionId: null, event: null });
    expect(letter).toMatchObject({ topic: 'penstock.documents.submitted', partition: 3, offset: '17' });
    expect(letter).toMatchObject({ stage: 'stager', reason: 'not-avro', failureType: 'PoisonMessage', attempts: 2 });
    expect(letter.failedAtMs).toBe(Date.UTC(2025, 0, 1));
  });

  it('is the same letter wherever and whenever it is read', () => {
    const { id } = letterOf(aRecord(), undefined);

    expect(letterOf(aRecord({ offset: 9n, partition: 2 }), undefined).id).toBe(id);
    expect(letterOf(aRecord({ headers: { ...told, 'deadletter.offset': '18' } }), undefined).id).not.toBe(id);
    expect(letterOf(aRecord({ headers: { ...told, 'deadletter.group': 'penstock.x' } }), undefined).id).not.toBe(id);
  });

  it('is another letter if it holds something else, whatever place its headers name', () => {
    const { id } = letterOf(aRecord(), undefined);

    for (const forged of [
      { value: Buffer.from('[]') },
      { value: null },
      { key: Buffer.from('acme/x') },
      { key: null },
    ]) {
      expect(letterOf(aRecord(forged), undefined).id).not.toBe(id);
    }
  });

  it('failed at a moment that the database can hold', () => {
    const failedAt = (text: string, timestampMs = 7) =>
      letterOf(aRecord({ timestampMs, headers: { ...told, 'deadletter.failed-at': text } }), undefined).failedAtMs;

    expect(failedAt('-271821-04-20T00:00:00.000Z')).toBe(7);
    expect(failedAt('+275760-09-13T00:00:00.000Z')).toBe(7);
    expect(failedAt('yesterday')).toBe(7);
    expect(failedAt('', 9e15)).toBe(0);
    expect(failedAt('', -1)).toBe(0);
  });

  it('keeps the headers of the original, byte for byte, and no others', () => {
    const headers = { ...told, ce_id: Buffer.from('1'), raw: [Buffer.from([0xff]), Buffer.from('b')] };

    const letter = letterOf(aRecord({ headers }), undefined);

    expect(letter.headers).toEqual([
      ['ce_id', Buffer.from('1').toString('base64')],
      ['raw', Buffer.from([0xff]).toString('base64')],
      ['raw', Buffer.from('b').toString('base64')],
    ]);
    expect(headersAsText(letter.headers)).toMatchObject({ ce_id: '1', raw: 'b' });
  });

  it('knows the ingestion a submission without an id was given', () => {
    const record = aRecord({ key: null });
    const submitted = aSubmission({ ingestionId: null, version: null, submittedAt: 1_700_000_000_000 });

    const first = letterOf(record, emission('DocumentSubmitted', submitted));
    const second = letterOf(record, emission('DocumentSubmitted', submitted));

    expect(first).toMatchObject({ namespace: 'acme', documentId: 'report', event: 'DocumentSubmitted' });
    expect(first.ingestionId).toMatch(/^018bcfe5-6800-7/);
    expect(second.ingestionId).toBe(first.ingestionId);
  });

  it('is whole, or says how many bytes there were before it was cut', () => {
    const cut = (bytes: string) =>
      letterOf(aRecord({ headers: { ...told, 'deadletter.truncated': bytes } }), undefined);

    expect(letterOf(aRecord(), undefined).truncatedFromBytes).toBeNull();
    expect(cut('5000000').truncatedFromBytes).toBe(5_000_000);
    expect(cut('0').truncatedFromBytes).toBe(0);
    expect(cut('many').truncatedFromBytes).toBe(0);
  });

  it('names the letter whose replay it is', () => {
    const before = '6f0d2c5e-2b1f-5c1a-9a57-8f2d9d1f4c3e';

    expect(letterOf(aRecord({ headers: { ...told, [replayOfHeader]: before } }), undefined).replayOf).toBe(before);
    expect(letterOf(aRecord({ headers: { ...told, [replayOfHeader]: 'x' } }), undefined).replayOf).toBeNull();
  });

  it('is read from anything that somebody else wrote there', () => {
    const letter = letterOf(aRecord({ key: Buffer.from([0, 255]), value: null, headers: {} }), undefined);

    expect(letter).toMatchObject({
      namespace: null,
      documentId: null,
      stage: 'unknown',
      reason: 'unknown',
      offset: '5',
    });
    expect(letter).toMatchObject({ topic: 'penstock.documents.dead-letter', failedAtMs: 7, value: null });
  });

  it('holds no text that the database refuses', () => {
    const headers = { ...told, 'deadletter.failure-message': 'a\u0000b\ud800', 'deadletter.offset': '9'.repeat(30) };

    expect(letterOf(aRecord({ headers }), undefined)).toMatchObject({ message: 'ab\ufffd', offset: '5' });
  });
});

describe('the shape of a payload', () => {
  it('shows short values and of content only its size', () => {
    const shape = payloadShape(emission('DocumentSubmitted', aSubmission({ content: 'Secret words.' })));

    expect(shape).toMatchObject({ documentId: 'report', content: { characters: 13 }, metadata: { fields: 1 } });
    expect(JSON.stringify(shape)).not.toContain('Secret');
  });
});
