import { describe, expect, it } from '@jest/globals';

import { readSagaLog, type LogRecord } from '../checker/index.js';
import type { Watched } from './watch.js';
import { watchViolations } from './watch-violations.js';

const document = 'space/doc';
const ids = { namespace: 'space', documentId: 'doc' };
const chunks = [{ seq: 0, text: 'Note.' }];
const stores = ['neo4j', 'postgres', 'qdrant', 'redis'] as const;
/** Two versions, both live in their time; a third one that is never decided. */
const sagaLog: LogRecord[] = ['one', 'two', 'three'].flatMap((ingestionId, i) => {
  const own = { ...ids, ingestionId, version: i + 1 };
  const part = { ...own, part: 1, parts: 1, chunks, entities: [], facts: [], mentions: [] };
  const receipts =
    ingestionId === 'three' ? [] : stores.map((store) => ({ type: 'StoreWritten', payload: { ...own, store } }));
  return [{ type: 'DocumentEmbedded', payload: part }, ...receipts];
});
const log = readSagaLog(sagaLog);
const nothing: Watched = { seen: [], statuses: new Map(), afterLive: [], looks: 0 };
const sight = { store: 'redis', document, ingestionId: 'one', version: 1, values: ['0:Note.'], atMs: 100 } as const;
const found = (watched: Partial<Watched>): string[] => watchViolations({ ...nothing, ...watched }, log, () => 50);

describe('what is read while faults are going on', () => {
  it('may be each version in its turn', () => {
    const next = { ...sight, ingestionId: 'two', version: 2 };

    expect(found({ seen: [sight, sight, next] })).toEqual([]);
  });

  it.each([
    ['an older version after a newer one', [{ ...sight, ingestionId: 'two', version: 2 }, sight]],
    ['a version that is not decided', [{ ...sight, ingestionId: 'three', version: 3 }]],
    ['a version before it was decided', [{ ...sight, atMs: 49 }]],
    ['half a version', [{ ...sight, values: [] }]],
  ])('must not be %s', (_what, seen) => {
    expect(found({ seen })).toEqual([expect.stringMatching(/^I14 redis/)]);
  });

  it('may become superseded or retracted when it was live, and nothing else that is over may change', () => {
    const of = (...list: string[]): string[] => found({ statuses: new Map([['one', list]]) });

    expect(of('submitted', 'writing', 'live', 'superseded')).toEqual([]);
    expect(of('live', 'retracted')).toEqual([]);
    expect(of('live', 'rolled_back')).toHaveLength(1);
    expect(of('rolled_back', 'live')).toHaveLength(1);
    expect(of('superseded', 'retracted')).toHaveLength(1);
  });

  it('is the version that was said to be live, in each store, or what came after it', () => {
    const after = (ids: string[]): string[] =>
      found({ afterLive: [{ document, ingestionId: 'one', version: 1, shown: { qdrant: ids } }] });

    expect(after(['one'])).toEqual([]);
    expect(after(['two'])).toEqual([]);
    expect(after([])).toEqual([expect.stringMatching(/^I14 qdrant shows \[\]/)]);
  });

  it('may be missing in the cache only if it expired there', () => {
    const afterLive = [{ document, ingestionId: 'one', version: 1, shown: { redis: [] } }];
    const of = (expired: string[]): number =>
      watchViolations({ ...nothing, afterLive }, log, () => 50, new Set(expired)).length;

    expect(of([document])).toBe(0);
    expect(of(['space/other'])).toBe(1);
  });

  it('never shows one document under the name of another', () => {
    const lines = found({ seen: [{ ...sight, store: 'api', document: 'other/doc' }] });

    expect(lines).toEqual([expect.stringMatching(/^I15 api showed other\/doc v1 one of space\/doc/)]);
  });
});
