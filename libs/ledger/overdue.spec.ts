import { describe, expect, it } from '@jest/globals';

import { newRow, type LedgerRow } from './ledger-row.js';
import { remedyFor } from './overdue.js';

const ingestionId = '0199d0a5-2f6b-7c9e-8d1a-3b5f7c9e1a2b';
const stores = { neo4j: 'written', postgres: 'written', qdrant: 'written', redis: 'written' } as const;

function aRow(changed: Partial<LedgerRow>): LedgerRow {
  return { ...newRow({ ingestionId, namespace: 'n', documentId: 'd', version: 1, kind: 'ingestion' }), ...changed };
}

const error = { reason: 'deadline', message: '', role: 'deadline', atMs: 0 };

describe('what to do about an ingestion that is past its deadline', () => {
  it.each<[string, Partial<LedgerRow>, string]>([
    [
      'is with a stage',
      { status: 'parsed', stage: 'extractor' },
      `look at the lag and the log of extractor, or penstock cancel ${ingestionId}`,
    ],
    [
      'misses stores',
      { status: 'writing', stores: { ...stores, qdrant: 'pending', redis: 'pending' } },
      `not written by writer-qdrant, writer-redis: start it, mend its store, or penstock cancel ${ingestionId}`,
    ],
    [
      'was decided',
      { status: 'writing', stores: { ...stores, neo4j: 'live', postgres: 'live', redis: 'live' } },
      'not settled by writer-qdrant: mend its store, it is tried again until then',
    ],
    [
      'was given up',
      {
        ...{ status: 'writing', error },
        stores: { neo4j: 'rolled_back', postgres: 'rolled_back', qdrant: 'rolled_back', redis: 'pending' },
      },
      'not undone by writer-redis: start it, or mend its store',
    ],
    [
      'is live in some stores and undone in others',
      { status: 'writing', error, stores: { ...stores, neo4j: 'live', postgres: 'live', redis: 'rolled_back' } },
      'undone by writer-redis and live elsewhere: penstock audit --repair, or submit the document again, or delete it',
    ],
    [
      'is live in no more stores than undid it',
      { status: 'writing', error, stores: { ...stores, neo4j: 'live', redis: 'rolled_back' } },
      'undone by writer-redis and live elsewhere: submit the document again, or delete it',
    ],
    [
      'is a deletion',
      {
        kind: 'retraction',
        stores: { neo4j: 'retracted', postgres: 'retracted', qdrant: 'pending', redis: 'retracted' },
      },
      'not removed by writer-qdrant: start it, or mend its store',
    ],
  ])('that %s', (_what, changed, remedy) => {
    expect(remedyFor(aRow(changed))).toBe(remedy);
  });
});
