import { documentKey } from '#events';
import { isNewer, type IngestionRef, type IngestionState, type PromoteResult } from '#stores/port';

/** What the locked row of a document says. */
export interface DocumentMarker {
  readonly namespace: string;
  readonly documentId: string;
  readonly live: { readonly ingestionId: string; readonly version: number } | undefined;
  /** 0 if the document was never retracted. */
  readonly retractedThrough: number;
}

/** Markers by document key, states by ingestionId: all that a decision depends on, read under the documents' locks. */
export interface Fence {
  readonly markers: ReadonlyMap<string, DocumentMarker>;
  readonly states: ReadonlyMap<string, IngestionState>;
  /** An ingestionId that was used for another document, if there is one. */
  readonly foreign: string | undefined;
}

/**
 * The fence of a batch. An ingestionId that stands for another document is refused here as if it were compensated:
 * nothing of this document is stored under it and nothing will be, and the owner's rows stay out of reach.
 */
export function fenceOf(
  markers: ReadonlyMap<string, DocumentMarker>,
  known: readonly { readonly ref: Omit<IngestionRef, 'version'>; readonly state: IngestionState }[],
  refs: readonly IngestionRef[],
): Fence {
  const owners = new Map(known.map(({ ref }) => [ref.ingestionId, documentKey(ref)]));
  const states = new Map(known.map(({ ref, state }) => [ref.ingestionId, state]));
  let foreign: string | undefined;
  for (const ref of refs) {
    const owner = owners.get(ref.ingestionId);
    owners.set(ref.ingestionId, owner ?? documentKey(ref));
    if (owner === undefined || owner === documentKey(ref)) continue;
    foreign = ref.ingestionId;
    states.set(ref.ingestionId, 'compensated');
  }
  return { markers, states, foreign };
}

/** A new state for an ingestion. */
export interface StateChange {
  readonly ref: IngestionRef;
  readonly state: IngestionState;
}

/** What stands of an ingestion: its own state, or the retraction of its document, or nothing. */
export function standing(fence: Fence, ref: IngestionRef): IngestionState | undefined {
  const known = fence.states.get(ref.ingestionId);
  if (known !== undefined) return known;
  const through = fence.markers.get(documentKey(ref))?.retractedThrough ?? 0;
  return ref.version <= through ? 'retracted' : undefined;
}

export interface Promotion {
  /** In the order of the ingestions; undefined for an ingestion of which nothing is stored. */
  readonly results: readonly (PromoteResult | undefined)[];
  /** Last state of every ingestion that changes, the replaced ones included. */
  readonly changes: readonly StateChange[];
}

/** Decides the promotions of a batch one after the other; several may be versions of one document. */
export function promotion(fence: Fence, refs: readonly IngestionRef[]): Promotion {
  const live = new Map([...fence.markers].map(([key, marker]) => [key, marker.live]));
  const changes = new Map<string, StateChange>();
  const results = refs.map((ref): PromoteResult | undefined => {
    const state = standing(fence, ref);
    if (state !== undefined && state !== 'pending') return { state, replaced: [] };
    const current = live.get(documentKey(ref));
    if (current !== undefined && isNewer(current, ref)) {
      changes.set(ref.ingestionId, { ref, state: 'superseded' });
      return { state: 'superseded', replaced: [] };
    }
    if (state === undefined) return undefined;
    if (current !== undefined) changes.set(current.ingestionId, { ref: { ...ref, ...current }, state: 'replaced' });
    changes.set(ref.ingestionId, { ref, state: 'live' });
    live.set(documentKey(ref), ref);
    return { state: 'live', replaced: current === undefined ? [] : [current.ingestionId] };
  });
  return { results, changes: [...changes.values()] };
}
