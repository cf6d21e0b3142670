import { describe, expect, it } from '@jest/globals';

import { violations } from './checker.js';
import type { LogRecord } from './saga-log.js';
import type { Seen } from './seen.js';
import type { Artefact } from './store-contents.js';

const document = 'space/doc';
const ids = { namespace: 'space', documentId: 'doc', ingestionId: 'one', version: 1 };
const stores = ['neo4j', 'postgres', 'qdrant', 'redis'] as const;
const artefact = (what: string, value = '', more: Partial<Artefact> = {}): Artefact => {
  return { document, ingestionId: 'one', what, live: true, value, ...more };
};
const record = (type: string, payload: Record<string, unknown> = {}): LogRecord => ({
  type,
  payload: { ...ids, ...payload },
});

/** One document that is live as it should be. */
function allIsWell(): Seen {
  const chunk = artefact('chunk', '0:Note 1.');
  const entity = artefact('entity', 'e');
  const whole = artefact('document');
  const counts = { chunks: 1, entities: 1, facts: 0, mentions: 0 };
  const row = { ingestion_id: 'one', document, version: 1, kind: 'ingestion', status: 'live', staging_ref: null };
  const asked = { kind: 'put', namespace: 'space', documentId: 'doc', content: 'Note 1.', detail: '' } as const;
  return {
    history: [{ ...asked, result: 'ok', ingestionId: 'one', version: 1 }],
    ledger: [{ ...row, counts, stores: {}, concluded: true }],
    stores: {
      neo4j: [whole, entity],
      postgres: [whole, chunk, entity],
      qdrant: [whole, chunk],
      redis: [whole, chunk],
    },
    graph: { entities: [{ uuid: 'e', name: 'E', mentions: 1 }], facts: [] },
    sagaLog: stores.map((store) => record('StoreWritten', { store })),
    outcomes: [
      ...stores.map((store) => record('StorePromoted', { store })),
      record('IngestionConcluded', { status: 'live' }),
    ],
  };
}

function found(change: (seen: Seen) => Partial<Seen>): string[] {
  const seen = allIsWell();
  return violations({ ...seen, ...change(seen) }, 'no-folder').map((line) => line.split(' ')[0] ?? '');
}

const without = (seen: Seen, store: (typeof stores)[number], what?: string): Partial<Seen> => ({
  stores: { ...seen.stores, [store]: seen.stores[store].filter((one) => what !== undefined && one.what !== what) },
});
const withMore = (seen: Seen, store: (typeof stores)[number], ...more: Artefact[]): Partial<Seen> => ({
  stores: { ...seen.stores, [store]: [...seen.stores[store], ...more] },
});

describe('the checker', () => {
  it('finds nothing where all is well', () => {
    expect(found(() => ({}))).toEqual([]);
  });

  it.each(stores)('finds a document that is missing in %s', (store) => {
    expect(found((seen) => without(seen, store))).toEqual(expect.arrayContaining(['I1', 'I8']));
  });

  it.each(stores)('finds what %s still holds of another version', (store) => {
    const old = artefact('document', '', { ingestionId: 'old' });
    expect(found((seen) => withMore(seen, store, old))).toEqual(expect.arrayContaining(['I1', 'I6', 'I8']));
  });

  it('finds what waits for a decision that was made', () => {
    const waiting = artefact('part', '', { live: false });
    expect(found((seen) => withMore(seen, 'redis', waiting))).toEqual(['I1']);
  });

  it('finds half a document', () => {
    expect(found((seen) => without(seen, 'qdrant', 'chunk'))).toEqual(['I2']);
    expect(found((seen) => without(seen, 'postgres', 'entity'))).toEqual(expect.arrayContaining(['I2', 'I9']));
  });

  it('finds an accepted document that was lost', () => {
    expect(found(() => ({ ledger: [] }))).toContain('I5');
  });

  it('finds stores that said different ends', () => {
    const undone = record('StoreCompensated', { store: 'redis', outcome: 'rolled_back' });
    expect(found(({ outcomes }) => ({ outcomes: [...outcomes, undone] }))).toEqual(['I7']);
  });

  it('finds a document that the log has retracted, or never made live', () => {
    const retraction = record('DocumentRetracted', { ingestionId: 'away' });
    expect(found(({ sagaLog }) => ({ sagaLog: [...sagaLog, retraction] }))).toContain('I8');
    expect(found(({ sagaLog }) => ({ sagaLog: sagaLog.slice(1) }))).toContain('I8');
    const before = record('CompensationRequested');
    expect(found(({ sagaLog }) => ({ sagaLog: [before, ...sagaLog] }))).toContain('I8');
  });

  it('finds entities and facts that stand on nothing', () => {
    const entities = [...allIsWell().graph.entities, { uuid: 'f', name: 'F', mentions: 0 }];
    expect(found(() => ({ graph: { entities, facts: [] } }))).toEqual(['I9', 'I9']);
    const facts = [{ uuid: 'g', episodes: ['gone'] }];
    expect(found(({ graph }) => ({ graph: { ...graph, facts } }))).toEqual(['I9', 'I9']);
  });
});
