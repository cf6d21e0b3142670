import { describe, expect, it } from '@jest/globals';

import { changeState, claimLive, compensateMarkers, retractDocument, showVersion } from './operations.js';
import { dataFields, stateFields } from './schema.js';
import type { Operation } from './session.js';

const document = { namespace: 'acme', documentId: 'report' };
const ref = { ...document, ingestionId: '01900000-0000-7000-8000-000000000001', version: 2 };
const twin = { liveVersion: 2, liveIngestion: '01900000-0000-7000-8000-000000000000' };

/** Every field that a filter asks for, however deep. */
function askedBy(filter: unknown): string[] {
  if (typeof filter !== 'object' || filter === null) return [];
  if ('key' in filter) return [String(filter.key)];
  return Object.values(filter).flatMap(askedBy);
}

/** Fields that an operation both asks for and changes, and whose index a crash may leave ahead of the points. */
function hazards(operation: Operation, indexed: readonly string[]): string[] {
  const { set_payload: set, upsert } = operation as Partial<
    Record<
      'set_payload' | 'upsert',
      { payload?: object; filter?: unknown; points?: { payload: object }[]; update_filter?: unknown }
    >
  >;
  const changed = new Set(
    [set?.payload, ...(upsert?.points ?? []).map(({ payload }) => payload)].flatMap((payload) =>
      Object.keys(payload ?? {}),
    ),
  );
  const asked = [...askedBy(set?.filter), ...askedBy(upsert?.update_filter)];
  // The document of a marker is in its id, and never another one.
  return asked.filter((field) => changed.has(field) && indexed.includes(field) && field !== 'document');
}

describe('operations, which a server may repeat after a crash', () => {
  it.each([
    ['show a version', showVersion(ref), dataFields],
    ['change a state', changeState([ref.ingestionId], ['pending'], 'live', 0), stateFields],
    ['claim a document', [claimLive(ref, twin)], stateFields],
    ['undo an ingestion', compensateMarkers([ref], 0), stateFields],
    ['retract a document', retractDocument({ ...ref }, 0), stateFields],
  ])('do not ask an index for what they change: %s', (_, operations, indexed) => {
    expect(operations.length).toBeGreaterThan(0);
    expect(operations.flatMap((operation) => hazards(operation, Object.keys(indexed)))).toEqual([]);
  });

  it('would be found if they did', () => {
    const filter = { must: [{ has_id: ['a'] }, { key: 'live', match: { value: false } }] };
    const shown: Operation = { set_payload: { payload: { live: true }, filter } };

    expect(hazards(shown, Object.keys(dataFields))).toEqual(['live']);
  });
});
