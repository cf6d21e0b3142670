import { documentKey, type DocumentRef } from '#events';
import type { FoundIngestion } from '#stores/auditor';
import { isNewer, type IngestionRef, type IngestionState } from '#stores/port';

import { documentMarkerId, markerIds, rememberedOf, type Remembered } from './markers.js';
import * as operations from './operations.js';
import type { Session } from './session.js';

/** The tombstone first, so that a late write finds it; then the points go. */
export async function discard(session: Session, { ingestionId, document }: FoundIngestion, now: number): Promise<void> {
  if (document !== undefined) {
    const ref = { ...document, ingestionId, version: 0 };
    const remembered = rememberedOf([ref], await session.markers(markerIds([ref]))).get(ingestionId);
    if (remembered?.foreign !== true) {
      await session.apply(session.collections.state, [
        ...operations.insertIngestionMarkers([[ref, 'compensated']], now),
        ...operations.changeState([ingestionId], ['pending'], 'compensated', now),
        ...operations.changeState([ingestionId], ['live'], 'replaced', now),
        forgetLive(ref),
      ]);
    }
  }
  await session.applyToData([removePoints(ingestionId, document)]);
}

const settled: readonly IngestionState[] = ['live', 'compensated', 'superseded', 'retracted', 'replaced'];

/**
 * Takes an ingestion out of sight so that it can be written and promoted anew. The document's marker is the fence and
 * changes by compare-and-set; should a newer version come right after, the promotion that follows finds it.
 */
export async function reopen(session: Session, ref: IngestionRef, now: number): Promise<boolean> {
  const look = async (): Promise<Remembered | undefined> =>
    rememberedOf([ref], await session.markers(markerIds([ref]))).get(ref.ingestionId);
  if (isBarred(ref, await look())) return false;
  await session.apply(session.collections.state, [forgetLive(ref)]);
  if (isBarred(ref, await look())) return false;
  await session.apply(session.collections.state, [
    ...operations.insertIngestionMarkers([[ref, 'pending']], now),
    ...operations.changeState([ref.ingestionId], settled, 'pending', now),
  ]);
  // Also those that have come to say that they are another document's: they would stand in the way of whole ones.
  await session.applyToData([removePoints(ref.ingestionId)]);
  return true;
}

function isBarred(ref: IngestionRef, remembered: Remembered | undefined): boolean {
  if (remembered === undefined) return false;
  const { foreign, liveVersion, liveIngestion, retractedThrough } = remembered;
  if (foreign || retractedThrough >= ref.version) return true;
  return liveIngestion !== '' && isNewer({ ingestionId: liveIngestion, version: liveVersion }, ref);
}

function forgetLive(ref: IngestionRef) {
  const filter = { must: [{ has_id: [documentMarkerId(ref)] }, operations.is('live_ingestion', ref.ingestionId)] };
  return { set_payload: { payload: { live_ingestion: '', live_version: 0 }, filter } };
}

function removePoints(ingestionId: string, document?: DocumentRef) {
  const own =
    document === undefined
      ? []
      : [operations.is('namespace', document.namespace), operations.is('document_id', document.documentId)];
  return { delete: { filter: { must: [operations.is('ingestion_id', ingestionId), ...own] } } };
}

/** The documents that still have ingestions of which something is remembered. */
export async function documentsWithMarkers(session: Session, documents: readonly DocumentRef[]): Promise<Set<string>> {
  const filter = {
    must: [operations.is('kind', 'ingestion'), operations.anyOf('document', documents.map(documentKey))],
  };
  return new Set((await session.findMarkers(filter)).map((marker) => marker.document));
}
