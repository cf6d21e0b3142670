import { documentKey } from '#events';
import type { RetractionRef, RetractResult } from '#stores/port';

import type { IngestionMarker } from './markers.js';
import * as operations from './operations.js';
import type { Session } from './session.js';

/** Tombstones first: of the documents, then of the ingestions found; then everything up to the version goes. */
export async function retract(session: Session, refs: readonly RetractionRef[], now: number): Promise<RetractResult[]> {
  const { state } = session.collections;
  await session.apply(state, [...operations.insertDocumentMarkers(refs), ...refs.flatMap(operations.retractDocument)]);
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
