import { deterministicId, documentKey, type DocumentRef } from '#events';
import type { IngestionRef, IngestionState } from '#stores/port';

/**
 * Markers are points without vectors in the state collection. Qdrant has no transactions, but it applies the updates
 * of a point one after the other, each with its filter: that is a compare-and-set, and whatever is decided here is
 * decided by one.
 */
export interface IngestionMarker {
  readonly kind: 'ingestion';
  /** documentKey */
  readonly document: string;
  readonly ingestion_id: string;
  readonly version: number;
  readonly state: IngestionState;
  /** When the state was set, epoch milliseconds. */
  readonly at: number;
}

export interface DocumentMarker {
  readonly kind: 'document';
  readonly document: string;
  /** 0 if no version was ever live. */
  readonly live_version: number;
  /** Empty if nothing is live now. */
  readonly live_ingestion: string;
  /** 0 if the document was never retracted. */
  readonly retracted_through: number;
  /** When the marker was made or the document last retracted, epoch milliseconds. */
  readonly touched_at: number;
}

export type MarkerPayload = IngestionMarker | DocumentMarker;

/** A marker as it is written: a point whose payload may change, without vectors. */
export interface MarkerPoint {
  readonly id: string;
  readonly vector: Record<string, never>;
  readonly payload: MarkerPayload & Record<string, unknown>;
}

/** What the markers of an ingestion and of its document say. */
export interface Remembered {
  /** The ingestionId belongs to another document: nothing of it may be touched, and to this one it is compensated. */
  readonly foreign: boolean;
  readonly state: IngestionState | undefined;
  readonly liveVersion: number;
  readonly liveIngestion: string;
  readonly retractedThrough: number;
}

export function ingestionMarkerId(ingestionId: string): string {
  return deterministicId('qdrant-ingestion', ingestionId);
}

export function documentMarkerId({ namespace, documentId }: DocumentRef): string {
  return deterministicId('qdrant-document', namespace, documentId);
}

export function ingestionMarker(ingestion: IngestionRef, state: IngestionState, at: number): MarkerPoint {
  const { ingestionId, version } = ingestion;
  const payload: IngestionMarker = {
    kind: 'ingestion',
    document: documentKey(ingestion),
    ingestion_id: ingestionId,
    version,
    state,
    at,
  };
  return { id: ingestionMarkerId(ingestionId), vector: {}, payload: { ...payload } };
}

export function newDocumentMarker(document: DocumentRef, at: number): MarkerPoint {
  const payload: DocumentMarker = {
    kind: 'document',
    document: documentKey(document),
    live_version: 0,
    live_ingestion: '',
    retracted_through: 0,
    touched_at: at,
  };
  return { id: documentMarkerId(document), vector: {}, payload: { ...payload } };
}

/** Ids of all markers that say something of the ingestions, each once. */
export function markerIds(ingestions: readonly IngestionRef[]): string[] {
  const ids = ingestions.flatMap((ref) => [ingestionMarkerId(ref.ingestionId), documentMarkerId(ref)]);
  return [...new Set(ids)];
}

/** What the markers that were found say of each ingestion, by ingestionId. */
export function rememberedOf(
  ingestions: readonly IngestionRef[],
  markers: readonly MarkerPayload[],
): Map<string, Remembered> {
  const known = new Map<string, IngestionMarker>();
  const documents = new Map<string, DocumentMarker>();
  for (const marker of markers) {
    if (marker.kind === 'ingestion') known.set(marker.ingestion_id, marker);
    else documents.set(marker.document, marker);
  }
  return new Map(
    ingestions.map((ref) => {
      const document = documents.get(documentKey(ref));
      const own = known.get(ref.ingestionId);
      const foreign = own !== undefined && own.document !== documentKey(ref);
      const remembered = {
        foreign,
        state: foreign ? 'compensated' : own?.state,
        liveVersion: document?.live_version ?? 0,
        liveIngestion: document?.live_ingestion ?? '',
        retractedThrough: document?.retracted_through ?? 0,
      };
      return [ref.ingestionId, remembered];
    }),
  );
}
