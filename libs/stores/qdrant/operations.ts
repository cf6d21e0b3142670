import type { Schemas } from '@qdrant/js-client-rest';

import { documentKey, type DocumentRef } from '#events';
import type { IngestionRef, IngestionState, RetractionRef } from '#stores/port';

import { documentMarkerId, ingestionMarker, ingestionMarkerId, newDocumentMarker, type Remembered } from './markers.js';
import type { Filter, Operation } from './session.js';

type LiveRead = Pick<Remembered, 'liveVersion' | 'liveIngestion'>;

type Condition = NonNullable<Schemas['FieldCondition']>;

export const is = (key: string, value: string | boolean): Condition => ({ key, match: { value } });
export const anyOf = (key: string, values: readonly string[]): Condition => ({ key, match: { any: [...values] } });

/** Leaves markers that are there as they are. */
export function insertIngestionMarkers(
  states: readonly (readonly [IngestionRef, IngestionState])[],
  at: number,
): Operation[] {
  if (states.length === 0) return [];
  const points = states.map(([ref, state]) => ingestionMarker(ref, state, at));
  return [{ upsert: { points, update_mode: 'insert_only' } }];
}

export function insertDocumentMarkers(documents: readonly DocumentRef[], at: number): Operation[] {
  if (documents.length === 0) return [];
  const points = documents.map((document) => newDocumentMarker(document, at));
  return [{ upsert: { points, update_mode: 'insert_only' } }];
}

/** Compare-and-set of states: only ingestions in one of the states `from` change. */
export function changeState(
  ingestionIds: readonly string[],
  from: readonly IngestionState[],
  state: IngestionState,
  at: number,
): Operation[] {
  if (ingestionIds.length === 0) return [];
  const filter = { must: [{ has_id: ingestionIds.map(ingestionMarkerId) }, anyOf('state', from)] };
  return [{ set_payload: { payload: { state, at }, filter } }];
}

/**
 * Compare-and-set of the live version: it only grows, and never to one that was retracted. An ingestion of the same
 * version is only taken for older if it is the one that was read: ids can be compared here, but not in a filter.
 */
export function claimLive(ref: IngestionRef, { liveVersion, liveIngestion }: LiveRead): Operation {
  const isBelow = (key: string) => ({ key, range: { lt: ref.version } });
  const twin = {
    must: [{ key: 'live_version', match: { value: ref.version } }, is('live_ingestion', liveIngestion)],
  };
  const hasOlderTwin = liveVersion === ref.version && liveIngestion !== '' && liveIngestion < ref.ingestionId;
  const filter = {
    must: [{ has_id: [documentMarkerId(ref)] }, isBelow('retracted_through')],
    should: [isBelow('live_version'), ...(hasOlderTwin ? [twin] : [])],
  };
  return { set_payload: { payload: { live_version: ref.version, live_ingestion: ref.ingestionId }, filter } };
}

/** Tombstones of ingestions that are not decided, whether anything is known of them or not; no other document's. */
export function compensateMarkers(ingestions: readonly IngestionRef[], at: number): Operation[] {
  return ingestions.map((ref) => ({
    upsert: {
      points: [ingestionMarker(ref, 'compensated', at)],
      update_filter: { must: [is('state', 'pending'), is('document', documentKey(ref))] },
    },
  }));
}

/** The tombstone of a document: it only grows. */
export function retractDocument(ref: RetractionRef, at: number): Operation[] {
  const has = { has_id: [documentMarkerId(ref)] };
  return [
    {
      set_payload: {
        payload: { retracted_through: ref.version, touched_at: at },
        filter: { must: [has, { key: 'retracted_through', range: { lt: ref.version } }] },
      },
    },
    {
      set_payload: {
        payload: { live_ingestion: '' },
        filter: { must: [has, { key: 'live_version', range: { lte: ref.version } }] },
      },
    },
  ];
}

/**
 * The new version is shown before the old one goes, in one request, so that readers are never left with none. What is
 * shown already is shown again: a condition on `live` could be lost in a crash (see `schema.ts`).
 */
export function showVersion(ref: IngestionRef): Operation[] {
  const { namespace, documentId, ingestionId, version } = ref;
  const own = [is('ingestion_id', ingestionId)];
  const older = [is('namespace', namespace), is('document_id', documentId), is('live', true)];
  return [
    { set_payload: { payload: { live: true }, filter: { must: own } } },
    { delete: { filter: { must: [...older, { key: 'version', range: { lt: version } }] } } },
  ];
}

export function removeIngestions(ingestionIds: readonly string[]): Operation[] {
  return ingestionIds.length === 0 ? [] : [{ delete: { filter: { must: [anyOf('ingestion_id', ingestionIds)] } } }];
}

export function removeVersions({ namespace, documentId, version }: RetractionRef): Operation {
  const all = [is('namespace', namespace), is('document_id', documentId), { key: 'version', range: { lte: version } }];
  return { delete: { filter: { must: all } } };
}

/** Markers of ingestions of these documents that are in one of the states. */
export function markersOf(documentKeys: readonly string[], states: readonly IngestionState[]): Filter {
  return { must: [is('kind', 'ingestion'), anyOf('document', documentKeys), anyOf('state', states)] };
}
