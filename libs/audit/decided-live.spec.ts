import { describe, expect, it } from '@jest/globals';

import { storesBehind, type HeardOf } from './decided-live.js';

const stores = { neo4j: 'written', postgres: 'live', qdrant: 'live', redis: 'live' };
const heardOf = (overrides: Partial<HeardOf> = {}): HeardOf => {
  return { kind: 'ingestion', open: true, givenUp: false, stores, heardAtMs: 999, ...overrides };
};

describe('a version that is decided as live', () => {
  it('waits for the stores that wrote it, and of which nothing was heard for too long', () => {
    expect(storesBehind(heardOf(), 1000)).toEqual(['neo4j']);
    expect(storesBehind(heardOf({ stores: { ...stores, redis: 'written' } }), 1000)).toEqual(['neo4j', 'redis']);
  });

  it('waits as well for one of which the ledger missed that it wrote it', () => {
    expect(storesBehind(heardOf({ givenUp: true, stores: { ...stores, neo4j: 'pending' } }), 1000)).toEqual(['neo4j']);
  });

  it.each(['live', 'written', 'pending'])('waits for one that undid it, if more are live, and one is %s', (redis) => {
    const undone = heardOf({ givenUp: true, stores: { ...stores, neo4j: 'rolled_back', redis } });

    expect(storesBehind(undone, 1000)).toEqual(redis === 'live' ? ['neo4j'] : ['neo4j', 'redis']);
  });

  it('waits for all four if they wrote it and nobody asked to undo it: the ledger missed what they said', () => {
    const written = { neo4j: 'written', postgres: 'written', qdrant: 'written', redis: 'written' };

    expect(storesBehind(heardOf({ stores: written }), 1000)).toEqual(['neo4j', 'postgres', 'qdrant', 'redis']);
    expect(storesBehind(heardOf({ givenUp: true }), 1000)).toEqual(['neo4j']);
  });

  it.each([
    ['what was heard of a moment ago', { heardAtMs: 1000 }],
    ['what is concluded', { open: false }],
    ['a retraction', { kind: 'retraction' }],
    [
      'what a store may still refuse',
      { stores: { neo4j: 'pending', postgres: 'written', qdrant: 'written', redis: 'written' } },
    ],
    ['what as many stores undid', { stores: { ...stores, neo4j: 'rolled_back', redis: 'rolled_back' } }],
    [
      'what a store undid and none made live',
      { stores: { neo4j: 'rolled_back', postgres: 'written', qdrant: 'written', redis: 'written' } },
    ],
    ['what a newer version replaced', { stores: { ...stores, qdrant: 'superseded' } }],
    [
      'what no store made live and somebody asked to undo',
      { givenUp: true, stores: { neo4j: 'written', postgres: 'written', qdrant: 'written', redis: 'written' } },
    ],
  ])('is not %s', (_what, overrides) => {
    expect(storesBehind(heardOf(overrides), 1000)).toBeUndefined();
  });
});
