import { describe, expect, it } from '@jest/globals';

import { topics, type Emission } from '#events';
import { PoisonMessage, TransientFailure } from '#failure';

import type { KafkaRecord } from './kafka-record.js';
import { triageRecord, type Triaged } from './triage-record.js';

const decoded = { type: 'DocumentStaged', payload: { namespace: 'acme', documentId: 'd' } } as Emission;
const ceType = (name: string): { ce_type: string } => ({ ce_type: `io.penstock.events.v1.${name}` });

function triage(
  overrides: Partial<KafkaRecord>,
  decode: () => Promise<Emission> = () => Promise.resolve(decoded),
): Promise<Triaged> {
  const place = { topic: topics.staged.name, partition: 0, offset: 1n, timestampMs: 0 };
  const record = { ...place, key: Buffer.from('acme/d'), value: Buffer.alloc(0), headers: {}, ...overrides };
  return triageRecord(record, ['DocumentStaged', 'DocumentSubmitted'], { decode });
}

const poison = (): Promise<never> => Promise.reject(new PoisonMessage('torn'));

describe('triage', () => {
  it.each(['StoreWritten', 'AddedLater'])('passes over %s without decoding it', async (name) => {
    expect(await triage({ headers: ceType(name) }, poison)).toMatchObject({ kind: 'passed-over' });
  });

  it.each([{}, { ce_type: 'com.example.upload' }])(
    'decodes a record that does not say our type: %p',
    async (headers) => {
      expect(await triage({ headers })).toMatchObject({
        kind: 'event',
        event: { key: 'acme/d', type: 'DocumentStaged' },
      });
    },
  );

  it('finds a value unreadable that does not decode or is not what it says', async () => {
    const lying = { type: 'StoreWritten', payload: decoded.payload } as Emission;

    expect(await triage({}, poison)).toMatchObject({ kind: 'unreadable' });
    expect(await triage({ headers: ceType('DocumentStaged') }, () => Promise.resolve(lying))).toMatchObject({
      failure: { reason: 'type-mismatch' },
    });
  });

  it('does not lose a record in silence that says no type and reads as one of another topic', async () => {
    const elsewhere = { type: 'StorePromoted', payload: decoded.payload } as Emission;

    expect(await triage({}, () => Promise.resolve(elsewhere))).toMatchObject({ failure: { reason: 'type-mismatch' } });
  });

  it('insists on the key, except for submissions', async () => {
    expect(await triage({ key: null })).toMatchObject({ failure: { reason: 'key-mismatch' } });
    const submitted = { ...decoded, type: 'DocumentSubmitted' } as Emission;
    const triaged = await triage({ key: null, topic: topics.submitted.name }, () => Promise.resolve(submitted));
    expect(triaged).toMatchObject({ kind: 'event' });
  });

  it('does not call a record poison when the registry is down', async () => {
    const down = (): Promise<never> => Promise.reject(new TransientFailure('down'));

    await expect(triage({}, down)).rejects.toMatchObject({ kind: 'transient' });
  });
});
