import { describe, expect, it } from '@jest/globals';

import { deadlineEvent } from './deadline.js';
import { newRow, type LedgerRow } from './ledger-row.js';

const ingestionId = '0199d0a5-2f6b-7c9e-8d1a-3b5f7c9e1a2b';
const allWritten = { neo4j: 'written', postgres: 'written', qdrant: 'written', redis: 'written' } as const;

function confirmed(stores: Partial<LedgerRow['stores']>, isFirst: boolean): unknown {
  const row = newRow({ ingestionId, namespace: 'n', documentId: 'd', version: 1, kind: 'ingestion' });
  const seen = { ...row, stores: { ...allWritten, ...stores } };
  return deadlineEvent(seen, { nowMs: 1, deadlineMs: 1, isFirst }).payload;
}

describe('what the deadline vouches for', () => {
  it.each<[string, Partial<LedgerRow['stores']>, boolean, boolean]>([
    ['nothing, the first time', { redis: 'pending' }, true, false],
    ['that no store made it live, when none said so since', { redis: 'pending' }, false, true],
    ['that as well at once, where a store has undone it', { redis: 'rolled_back' }, true, true],
    ['nothing, where a store made it live', { redis: 'pending', neo4j: 'live' }, false, false],
    ['nothing, where stores disagree', { redis: 'rolled_back', neo4j: 'live' }, false, false],
  ])('is %s', (_what, stores, isFirst, expected) => {
    expect(confirmed(stores, isFirst)).toMatchObject({ requestedBy: 'deadline', confirmed: expected });
  });
});
