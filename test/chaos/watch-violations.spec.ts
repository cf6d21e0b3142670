import { describe, expect, it } from '@jest/globals';

import { momentsOf, readSagaLog, type LogRecord } from '../checker/index.js';
import type { Watched } from './watch.js';
import { watchViolations, type Excuses } from './watch-violations.js';

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
const moments = momentsOf({ records: sagaLog, sentAt: () => 50 }, { records: [], sentAt: () => 0 }, log);
const nothing: Watched = { seen: [], statuses: new Map(), afterLive: [], looks: new Map(), failures: new Map() };
const excuses: Excuses = { expired: new Set(), qdrantDied: false };
const values = ['0:Note.'];
const one = { document, ingestionId: 'one', version: 1, values };
const two = { ...one, ingestionId: 'two', version: 2 };
const sight = { store: 'redis', document, beganMs: 90, endedMs: 100, shown: [one] } as const;
const found = (watched: Partial<Watched>, more: Partial<Excuses> = {}): string[] =>
  watchViolations({ ...nothing, ...watched }, log, moments, { ...excuses, ...more });

describe('what is read while faults are going on', () => {
  it('may be each version in its turn', () => {
    const next = { ...sight, shown: [two] };

    expect(found({ seen: [{ ...sight, shown: [] }, sight, sight, next] })).toEqual([]);
  });

  it.each([
    ['an older version after a newer one', [{ ...sight, shown: [two] }, sight]],
    ['a version that is not decided', [{ ...sight, shown: [{ ...one, ingestionId: 'three', version: 3 }] }]],
    ['a version before it was decided', [{ ...sight, endedMs: 49 }]],
    ['half a version', [{ ...sight, shown: [{ ...one, values: [] }] }]],
    ['two versions at once', [{ ...sight, shown: [one, two] }]],
    ['nothing once there was something', [sight, { ...sight, shown: [] }]],
  ])('must not be %s', (_what, seen) => {
    expect(found({ seen })).toEqual([expect.stringMatching(/^I14 redis/)]);
  });

  it('tells versions in Neo4j by the log, as that store does not show them', () => {
    const shown = [{ ...one, version: undefined, values: [] }];
    const newer = [{ ...two, version: undefined, values: [] }];
    const seen = (...looks: (typeof shown)[]) =>
      looks.map((list) => ({ ...sight, store: 'neo4j', shown: list }) as const);

    expect(found({ seen: seen(shown, newer) })).toEqual([]);
    expect(found({ seen: seen(newer, shown) })).toEqual([expect.stringContaining('after v2')]);
  });

  it('may be two versions only in Qdrant, and only if that was killed', () => {
    const seen = [{ ...sight, store: 'qdrant', shown: [one, two] } as const];

    expect(found({ seen })).toHaveLength(1);
    expect(found({ seen: [...seen, ...seen] }, { qdrantDied: true })).toEqual([]);
    expect(found({ seen: [{ ...sight, shown: [one, two] }] }, { qdrantDied: true })).toHaveLength(1);
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
    const seen = [sight, { ...sight, shown: [] }];

    expect(found({ afterLive, seen }, { expired: new Set([document]) })).toEqual([]);
    expect(found({ afterLive, seen }, { expired: new Set(['space/other']) })).toHaveLength(2);
  });

  it('never shows one document under the name of another', () => {
    const lines = found({ seen: [{ ...sight, store: 'api', document: 'other/doc' }] });

    expect(lines).toEqual([expect.stringMatching(/^I15 api showed other\/doc v1 one of space\/doc/)]);
  });
});
