import { describe, expect, it } from '@jest/globals';

import { storeNames, type StoreName } from '#stores/port';

import {
  letterViolations,
  outboxViolations,
  readSagaLog,
  tombstoneViolations,
  unchanged,
  unlikeReference,
  violations,
  type Artefact,
  type LedgerLine,
  type LogRecord,
  type Markers,
  type Observed,
  type Operation,
} from './index.js';

const document = 'space/doc';
const ids = { namespace: 'space', documentId: 'doc', ingestionId: 'one', version: 1 };
const artefact = (what: string, value = '', more: Partial<Artefact> = {}): Artefact => {
  return { document, ingestionId: 'one', what, live: true, value, ...more };
};
const record = (type: string, payload: Record<string, unknown> = {}): LogRecord => ({
  type,
  payload: { ...ids, ...payload },
});
const part = record('DocumentEmbedded', {
  part: 1,
  chunks: [{ seq: 0, text: 'Note 1.' }],
  entities: [{ uuid: 'e' }],
  facts: [{ uuid: 'f' }],
  mentions: [{ entityUuid: 'e', seq: 0, startOffset: 3 }],
});
const receipts = storeNames.map((store) => record('StoreWritten', { store }));

/** One document that is live as it should be. */
function allIsWell(): Observed {
  const [whole, chunk] = [artefact('document'), artefact('chunk', '0:Note 1.')];
  const [entity, fact, mention] = [artefact('entity', 'e'), artefact('fact', 'f'), artefact('mention', 'e:0:3')];
  const counts = { chunks: 1, entities: 1, facts: 1, mentions: 1 };
  const row = { ingestionId: 'one', document, version: 1, kind: 'ingestion', status: 'live', stagingRef: 'bytes' };
  const asked = { kind: 'put', namespace: 'space', documentId: 'doc', content: 'Note 1.' } as const;
  return {
    history: [{ ...asked, result: 'ok', ingestionId: 'one', version: 1, idempotencyKey: 'k' }],
    ledger: [{ ...row, counts }],
    stores: {
      neo4j: [whole, entity, fact],
      postgres: [whole, chunk, entity, fact, mention],
      qdrant: [whole, chunk],
      redis: [whole, chunk],
    },
    graph: { entities: [{ uuid: 'e', name: 'E', mentions: 1 }], facts: [{ uuid: 'f', episodes: ['one'] }] },
    sagaLog: [part, ...receipts],
    outcomes: [
      ...storeNames.map((store) => record('StorePromoted', { store })),
      record('IngestionConcluded', { status: 'live' }),
    ],
  };
}

function found(change: (seen: Observed) => Partial<Observed>): string[] {
  const seen = allIsWell();
  const lines = violations({ ...seen, ...change(seen) }).map((line) => line.split(' ')[0] ?? '');
  return [...new Set(lines)].sort();
}

const without = (seen: Observed, store: StoreName, what?: string): Partial<Observed> => ({
  stores: { ...seen.stores, [store]: seen.stores[store].filter((one) => what !== undefined && one.what !== what) },
});
const withMore = (seen: Observed, store: StoreName, ...more: Artefact[]): Partial<Observed> => ({
  stores: { ...seen.stores, [store]: [...seen.stores[store], ...more] },
});

describe('the checker at rest', () => {
  it('finds nothing where all is well', () => {
    expect(found(() => ({}))).toEqual([]);
  });

  it.each(storeNames)('finds a document that is missing in %s', (store) => {
    expect(found((seen) => without(seen, store))).toEqual(expect.arrayContaining(['I1', 'I2', 'I8']));
  });

  it.each(storeNames)('finds what %s still holds of another version', (store) => {
    const old = artefact('document', '', { ingestionId: 'old' });
    expect(found((seen) => withMore(seen, store, old))).toEqual(expect.arrayContaining(['I1', 'I6', 'I8']));
  });

  it('finds an ingestion under the name of another document', () => {
    const stolen = artefact('document', '', { document: 'other/doc' });
    expect(found((seen) => withMore(seen, 'qdrant', stolen))).toContain('I6');
  });

  it('finds what waits for a decision that was made', () => {
    expect(found((seen) => withMore(seen, 'redis', artefact('part', '', { live: false })))).toEqual(['I1']);
  });

  it.each([
    ['qdrant', 'chunk'],
    ['postgres', 'mention'],
    ['neo4j', 'fact'],
  ] as const)('finds half a document in %s', (store, what) => {
    expect(found((seen) => without(seen, store, what))).toEqual(['I2']);
  });

  it('finds a piece of another text, and counts that are wrong', () => {
    expect(found((seen) => withMore(seen, 'redis', artefact('chunk', '1:Note 2.')))).toEqual(['I2']);
    const counts = { chunks: 2, entities: 1, facts: 1, mentions: 1 };
    expect(found(({ ledger }) => ({ ledger: (ledger ?? []).map((row) => ({ ...row, counts })) }))).toEqual(['I2']);
    expect(found(({ history }) => ({ history: (history ?? []).map((one) => ({ ...one, content: 'B' })) }))).toEqual([
      'I2',
    ]);
  });

  it('finds an accepted document that was lost, and one that nobody was promised', () => {
    expect(found(() => ({ ledger: [] }))).toContain('I5');
    expect(found(() => ({ history: [] }))).toEqual(['I6']);
  });

  it('finds a text that was refused, unless another request with it was not', () => {
    const refused = { ...allIsWell().history?.[0], result: 'fail', ingestionId: 'none' } as Operation;
    const retold = { ...part, payload: { ...part.payload, part: 2, chunks: [{ seq: 1, text: 'Note 2. And more.' }] } };
    const told = { sagaLog: [part, retold, ...receipts] };

    const isRefused = found(() => ({ ...told, history: [refused, { ...refused, content: 'Note 2.\n\nAnd more.' }] }));
    const isUnsure = violations({
      ...allIsWell(),
      ...told,
      history: [
        { ...refused, content: 'Note 2.', result: 'info' },
        { ...refused, content: 'Note 2.' },
      ],
    });

    expect(isRefused).toContain('I6');
    expect(isUnsure.filter((line) => line.includes('was refused'))).toEqual([]);
  });

  it('finds stores that said different ends, or said what the log does not', () => {
    const undone = record('StoreCompensated', { store: 'redis', outcome: 'rolled_back' });
    expect(found(({ outcomes }) => ({ outcomes: [...outcomes, undone] }))).toEqual(['I7']);
    const again = record('IngestionConcluded', { status: 'failed' });
    expect(found(({ outcomes }) => ({ outcomes: [...outcomes, again] }))).toEqual(['I7']);
    expect(found(({ ledger }) => ({ ledger: (ledger ?? []).map((row) => ({ ...row, status: 'failed' })) }))).toEqual([
      'I7',
    ]);
  });

  it('takes what a thief of an id is told for what it is', () => {
    const told = storeNames.map((store) =>
      record('StoreCompensated', { documentId: 'thief', store, outcome: 'rolled_back' }),
    );
    expect(found(({ outcomes }) => ({ outcomes: [...outcomes, ...told] }))).toEqual([]);
  });

  it('finds an unchanged version whose text is not what is live', () => {
    const row = { ...allIsWell().ledger?.[0], ingestionId: 'two', version: 2, status: 'unchanged', stagingRef: null };
    const asked = { ...allIsWell().history?.[0], ingestionId: 'two', version: 2, idempotencyKey: 'l' } as Operation;
    const told = [
      { type: 'IngestionConcluded', payload: { ...ids, ingestionId: 'two', version: 2, status: 'unchanged' } },
    ];
    const seen = (content: string) => (before: Observed) => ({
      ledger: [...(before.ledger ?? []), row as LedgerLine],
      history: [...(before.history ?? []), { ...asked, content }],
      outcomes: [...before.outcomes, ...told],
    });

    expect(found(seen('Note 1.'))).toEqual([]);
    expect(found(seen('Note 2.'))).toEqual(['I8']);
  });

  it('finds a document that the log has retracted, or never made live', () => {
    const retraction = record('DocumentRetracted', { ingestionId: 'away' });
    expect(found(({ sagaLog }) => ({ sagaLog: [...sagaLog, retraction] }))).toContain('I8');
    expect(found(({ sagaLog }) => ({ sagaLog: sagaLog.slice(0, -1) }))).toContain('I8');
    const before = record('CompensationRequested');
    expect(found(({ sagaLog }) => ({ sagaLog: [before, ...sagaLog] }))).toContain('I8');
  });

  it('finds entities and facts that stand on nothing, and those that are gone', () => {
    const { graph } = allIsWell();
    const orphan = { uuid: 'x', name: 'X', mentions: 0 };
    expect(found(() => ({ graph: { ...graph, entities: [...graph.entities, orphan] } }))).toEqual(['I9']);
    const stale = { uuid: 'f', episodes: ['one', 'gone'] };
    expect(found(() => ({ graph: { ...graph, facts: [stale] } }))).toEqual(['I9']);
    expect(found(() => ({ graph: { ...graph, entities: [] } }))).toEqual(['I9']);
    expect(found(() => ({ graph: { ...graph, entities: [{ uuid: 'e', name: 'E', mentions: 2 }] } }))).toEqual(['I9']);
  });

  it('finds an ingestion that was never decided, never told, or whose undoing was given up', () => {
    const open = { ...record('DocumentEmbedded'), payload: { ...part.payload, ingestionId: 'two', version: 2 } };
    expect(found(({ sagaLog }) => ({ sagaLog: [...sagaLog, open] }))).toContain('I16');
    expect(found(({ outcomes }) => ({ outcomes: outcomes.slice(1) }))).toEqual(['I16']);
    expect(found(() => ({ deadLetters: [record('CompensationRequested')] }))).toEqual(['I16']);
  });

  it('finds one key that made two ingestions, or took two contents', () => {
    const twice = (more: object) => (seen: Observed) => ({
      history: [...(seen.history ?? []), ...(seen.history ?? []).map((one) => ({ ...one, ...more }))],
    });
    expect(found(twice({}))).toEqual([]);
    expect(found(twice({ ingestionId: 'two', version: 1 }))).toContain('I17');
    expect(found(twice({ content: 'Note 1.\nand more' }))).toEqual(['I17']);
  });

  it('finds bytes that nobody needs any more', () => {
    expect(found(() => ({ staged: ['bytes'] }))).toEqual(['staging']);
  });
});

describe('the checker between two looks', () => {
  const { stores } = allIsWell();
  const less = { ...stores, redis: stores.redis.slice(1) };

  it('finds what a rollback or a replay changed', () => {
    expect(unchanged(stores, stores, 'I3')).toEqual([]);
    expect(unchanged(stores, less, 'I3')).toEqual(['I3 redis changed: 1 artefacts gone, 0 new']);
    expect(unlikeReference(stores, stores)).toEqual([]);
    expect(unlikeReference(stores, less)).toHaveLength(1);
  });
});

describe('the checker of what is announced', () => {
  const rows = ['a1', 'b1', 'a2'].map((id) => ({ id, key: id.slice(0, 1) }));
  const [a1, b1, a2] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];

  it('finds a store that forgot what was decided, or remembers something else', () => {
    const sagaLog = [part, ...receipts, record('CompensationRequested', { ingestionId: 'two', version: 2 })];
    const log = readSagaLog(sagaLog);
    const all = (state: Record<string, string>) =>
      Object.fromEntries(storeNames.map((store) => [store, new Map(Object.entries(state))])) as unknown as Markers;
    const found = (state: Record<string, string>): number => tombstoneViolations(all(state), log).length;

    expect(found({ one: 'live', two: 'compensated' })).toBe(0);
    expect(found({ one: 'live' })).toBe(4);
    expect(found({ one: 'live', two: 'pending' })).toBe(4);
    expect(found({ one: 'replaced', two: 'compensated' })).toBe(4);
    expect(found({ two: 'compensated' })).toBe(4);
  });

  it('needs no mark of an ingestion that a store never saw before its document was retracted', () => {
    const log = readSagaLog([record('DocumentRetracted', { ingestionId: 'gone', version: 3 }), part]);
    const nothing = { neo4j: new Map(), postgres: new Map(), qdrant: new Map(), redis: new Map() };

    expect(tombstoneViolations(nothing, log)).toEqual([]);
    expect(tombstoneViolations({ ...nothing, redis: new Map([['one', 'live']]) }, log)).toHaveLength(1);
  });

  it('finds rows that are lost, made up or out of order, and lets repeats pass', () => {
    expect(outboxViolations(rows, [b1, a1, b1, a2, a1])).toEqual([]);
    expect(outboxViolations(rows, [a1, b1])).toHaveLength(1);
    expect(outboxViolations([a1, b1], rows)).toHaveLength(1);
    expect(outboxViolations(rows, [a2, a1, b1])).toHaveLength(1);
  });

  it('finds poison that is lost, and dead letters that were none', () => {
    expect(letterViolations(['saga/0/7'], ['saga/0/7', 'saga/0/7'])).toEqual([]);
    expect(letterViolations(['saga/0/7'], [])).toHaveLength(1);
    expect(letterViolations([], ['saga/0/7'])).toHaveLength(1);
  });
});
