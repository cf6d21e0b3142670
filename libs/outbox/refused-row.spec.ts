import { describe, expect, it } from '@jest/globals';

import { emission, outgoingEvent, type Emission } from '#events';
import { PermanentFailure } from '#failure';

import { saidInstead } from './refused-row.js';
import type { OutboxRow } from './relay-turn.js';

const ref = { namespace: 'acme', documentId: 'a', ingestionId: '018f4e2a-0000-7000-8000-000000000001', version: 2 };
const retraction = emission('DocumentRetracted', { ...ref, requestedAt: 1 } as never);
const receipt = emission('StoreWritten', { ...ref, store: 'postgres' } as never);
const request = emission('CompensationRequested', { ...ref, requestedBy: 'cancel' } as never);
const promotion = emission('StorePromoted', { ...ref, store: 'redis', replaced: [] } as never);
const end = emission('IngestionConcluded', { ...ref, status: 'live' } as never);
const failure = new PermanentFailure('too large', { reason: 'message-too-large' });

function rowOf(event: Emission): OutboxRow {
  const { topic, key, headers } = outgoingEvent(event, { role: 'api', timeMs: 0 });
  return { id: '7', topic, key, headers, value: Buffer.from('x') };
}

function instead(event: Emission): { topics: string[]; undone: unknown[] } | undefined {
  const undone: unknown[] = [];
  const codec = {
    encode: ({ payload }: Emission): Buffer => {
      undone.push(payload);
      return Buffer.alloc(0);
    },
  };
  const records = saidInstead(rowOf(event), failure, { codec, nowMs: 0 });
  return records === undefined ? undefined : { topics: records.map(({ topic }) => topic), undone };
}

describe('a row that the log refuses for good', () => {
  it('is a dead letter, and what it belongs to is undone', () => {
    expect(instead(receipt)).toMatchObject({
      topics: ['penstock.documents.dead-letter', 'penstock.documents.saga'],
      undone: [{ ...ref, requestedBy: 'relay', reason: 'message-too-large' }],
    });
  });

  it('undoes nothing that is decided already', () => {
    expect(instead(promotion)).toEqual({ topics: ['penstock.documents.dead-letter'], undone: [] });
  });

  it('may not be given up if it undoes, removes or tells an end', () => {
    expect([request, retraction, end].map(instead)).toEqual([undefined, undefined, undefined]);
  });
});
