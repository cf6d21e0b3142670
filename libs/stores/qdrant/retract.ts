import { documentKey } from '#events';
import type { RetractionRef, RetractResult } from '#stores/port';

import { documentMarkerId, type IngestionMarker } from './markers.js';
import * as operations from './operations.js';
import type { Session } from './session.js';

/** Tombstones first: of the documents, then of the ingestions found; then everything up to the version goes. */
export async function retract(session: Session, refs: readonly RetractionRef[], now: number): Promise<RetractResult[]> {
  const { state } = session.collections;
  await markRetracted(session, refs, now);
  const found = await session.findMarkers(operations.markersOf(refs.map(documentKey), ['pending', 'live']));
  const removed = refs.map((ref) =>
    found
      .filter((marker): marker is IngestionMarker => marker.kind === 'ingestion')
      .filter(({ document, version }) => document === documentKey(ref) && version <= ref.version)
      .map((marker) => marker.ingestion_id),
  );
  await session.apply(state, operations.changeState(removed.flat(), ['pending', 'live'], 'retracted', now));
  await session.applyToData(refs.map(operations.removeVersions));
  return removed.map((ingestionIds) => ({ removed: ingestionIds }));
}

/** Once more for a marker that was collected between its creation and its change: without it there is no fence. */
async function markRetracted(session: Session, refs: readonly RetractionRef[], now: number): Promise<void> {
  let missing = refs;
  while (missing.length > 0) {
    await session.apply(session.collections.state, [
      ...operations.insertDocumentMarkers(missing, now),
      ...missing.flatMap((ref) => operations.retractDocument(ref, now)),
    ]);
    const markers = await session.markers(missing.map(documentMarkerId));
    const found = new Set(markers.map((marker) => marker.document));
    missing = missing.filter((ref) => !found.has(documentKey(ref)));
  }
}
