import { describe, expect, it } from '@jest/globals';

import { storeNames } from '#stores/port';

import { momentsOf, readSagaLog, readViolations, type LogRecord, type Reading } from './index.js';

const document = 'space/doc';
const ids = { namespace: 'space', documentId: 'doc' };
const chunks = [{ seq: 0, text: 'Note.' }];

function written(ingestionId: string, version: number): LogRecord[] {
  const own = { ...ids, ingestionId, version };
  const part = { ...own, part: 1, parts: 1, chunks, entities: [], facts: [], mentions: [] };
  const receipts = storeNames.map((store) => ({ type: 'StoreWritten', payload: { ...own, store } }));
  return [{ type: 'DocumentEmbedded', payload: part }, ...receipts];
}
const said = (type: string, store: string, version: number): LogRecord => {
  return { type, payload: { ...ids, ingestionId: `any${version}`, version, store } };
};

/** Version 1 is decided at 5, 2 at 10; 3 retracts them at 20, and 4, decided at 25, makes the document anew. */
const records = [
  ...written('one', 1),
  ...written('two', 2),
  { type: 'DocumentRetracted', payload: { ...ids, ingestionId: 'away', version: 3 } },
  ...written('four', 4),
];
const sentAt = (index: number): number => [5, 10, 20, 25][index < 5 ? 0 : index < 10 ? 1 : index < 11 ? 2 : 3] ?? 0;
/** Redis has promoted version 2 at 12, and removed it at 21. */
const outcomes = [said('StorePromoted', 'redis', 2), said('StoreRetracted', 'redis', 3)];
const log = readSagaLog(records);
const moments = momentsOf({ records, sentAt }, { records: outcomes, sentAt: (index) => [12, 21][index] ?? 0 }, log);

const values = ['0:Note.'];
const v1 = { ingestionId: 'one', version: 1, values };
const v2 = { ingestionId: 'two', version: 2, values };
const v4 = { ingestionId: 'four', version: 4, values };
const look = (at: number, shown: Reading['shown'], more: Partial<Reading> = {}): Reading => {
  return { store: 'redis', document, began: at, ended: at, shown, ...more };
};
const found = (...readings: Reading[]): string[] => readViolations(readings, log, moments);

describe('what a reader is shown', () => {
  it('is one version after the other, until the document is removed and made anew', () => {
    expect(found(look(1, []), look(6, [v1]), look(13, [v2]), look(22, []), look(26, [v4]))).toEqual([]);
  });

  it('may differ from store to store for a while', () => {
    expect(found(look(11, [v2]), look(11, [v1], { store: 'qdrant' }))).toEqual([]);
  });

  it.each([
    ['what nobody decided', look(6, [{ ...v1, ingestionId: 'three' }]), 'not live by the log'],
    ['a version before it was decided', look(9, [v2]), 'before it was decided'],
    ['half a version', look(6, [{ ...v1, values: [] }]), 'in part'],
    ['a fact or an entity less', look(6, [{ ...v1, unshown: 1 }]), 'in part'],
    ['a mention too many', look(6, [{ ...v1, mentions: ['0:1'] }]), 'in part'],
    ['two versions at once', look(11, [v1, v2]), 'at once'],
    ['a version that the store had said was replaced', look(13, [v1]), 'after v2'],
    ['a version that the store had said was removed', look(22, [v2]), 'are gone'],
    ['nothing of what the store had said was live', look(13, []), 'showed nothing'],
    ['another document', look(6, [v1], { document: 'other/doc' }), 'I15 redis showed other/doc v1 one of space/doc'],
  ])('is never %s', (_what, reading, words) => {
    expect(found(reading).join()).toContain(words);
  });

  it('is never an older version after a newer one', () => {
    expect(found(look(11, [v2]), look(11, [v1]))).toEqual([expect.stringContaining('after v2')]);
  });

  it('is never nothing between two versions', () => {
    expect(found(look(6, [v1]), look(11, []), look(12, [v2]))).toEqual([expect.stringContaining('of which v1')]);
  });

  it('is never nothing once the document was made anew', () => {
    expect(found(look(26, [v4]), look(27, []))).toEqual([expect.stringContaining('of which v4')]);
  });

  it('may still be what is being removed, or nothing any more', () => {
    expect(found(look(13, [v2]), look(20, []), look(21, [v2]))).toEqual([]);
  });

  it('may be what went while the reader looked', () => {
    expect(found(look(13, [v2]), look(15, [], { ended: 20 }))).toEqual([]);
    expect(found(look(13, [v2]), look(15, [], { ended: 19 }))).toHaveLength(1);
  });

  it('is, by the API, what PostgreSQL says', () => {
    const told = { records: [said('StorePromoted', 'postgres', 2)], sentAt: () => 12 };
    const byPostgres = momentsOf({ records, sentAt }, told, log);

    expect(readViolations([look(13, [v1], { store: 'api' })], log, byPostgres)).toHaveLength(1);
    expect(readViolations([look(13, [v1], { store: 'api' })], log, moments)).toEqual([]);
  });
});
