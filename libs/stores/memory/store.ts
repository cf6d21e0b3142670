import { documentKey, type DocumentEmbedded, type DocumentRef, type StoreCounts } from '#events';
import { PermanentFailure } from '#failure';
import { linkedParts } from '#identity';
import { tombstoneAfter } from '#stores/auditor';
import { isNewer, type IngestionRef, type IngestionState, type RetractionRef } from '#stores/port';

import { documentOf, type MemoryIngestion, type MemoryLiveView } from './contents.js';
import { countsOf } from './counts-of.js';
import { endedFacts } from './ended-facts.js';

interface Ingestion {
  readonly ref: IngestionRef;
  state: IngestionState;
  readonly parts: Map<number, DocumentEmbedded>;
}

interface Marker {
  live: IngestionRef | undefined;
  /** Versions up to this one may not come back; 0 if the document was never retracted. */
  retractedThrough: number;
}

/** What a store holds, apart from the writer, so that it survives a writer that is thrown away and made anew. */
export class MemoryStore {
  private readonly ingestions = new Map<string, Ingestion>();
  private readonly markers = new Map<string, Marker>();
  revision = 0; // grows whenever a live view may have changed

  /** All that is remembered, tombstones included, in the order in which it came. */
  remembered(): Iterable<MemoryIngestion> {
    return this.ingestions.values();
  }

  /** A store of its own with the same contents; parts are shared, as they never change. */
  copy(): MemoryStore {
    return this.copyTo(new MemoryStore());
  }

  protected copyTo<Store extends MemoryStore>(copy: Store): Store {
    copy.revision = this.revision;
    for (const [id, { ref, state, parts }] of this.ingestions) {
      copy.ingestions.set(id, { ref, state, parts: new Map(parts) });
    }
    for (const [key, marker] of this.markers) copy.markers.set(key, { ...marker });
    return copy;
  }

  /** Versions of a document up to this one may not come back; 0 if it was never retracted. */
  retractedThrough(document: DocumentRef): number {
    return this.markers.get(documentKey(document))?.retractedThrough ?? 0;
  }

  state(ref: IngestionRef): IngestionState | undefined {
    const { namespace, documentId, ingestionId, version } = ref;
    if (this.isForeign(ref)) return 'compensated';
    const known = this.ingestions.get(ingestionId)?.state;
    const retracted = version <= this.marker({ namespace, documentId }).retractedThrough;
    return known ?? (retracted ? 'retracted' : undefined);
  }

  /**
   * Stores one part unless a tombstone or the live version refuses it.
   * @throws PermanentFailure if the ingestionId belongs to another document.
   */
  write(part: DocumentEmbedded): IngestionState {
    const { namespace, documentId, ingestionId, version } = part;
    const ref = { namespace, documentId, ingestionId, version };
    if (this.isForeign(ref)) {
      throw new PermanentFailure(`ingestion ${ingestionId} stands for another document`, {
        reason: 'ingestion-id-taken',
      });
    }
    const state = this.state(ref) ?? 'pending';
    const ingestion = this.remember(ref, state);
    if (state === 'pending') ingestion.parts.set(part.part, part);
    return state;
  }

  promote(ref: IngestionRef): { state: IngestionState; replaced: string[] } | undefined {
    if (this.isForeign(ref)) return { state: 'compensated', replaced: [] };
    const state = this.state(ref);
    const marker = this.marker(ref);
    const { live } = marker;
    if (state !== undefined && state !== 'pending') {
      this.remember(ref, state);
      return { state, replaced: [] };
    }
    if (live !== undefined && isNewer(live, ref)) {
      this.bury(ref, 'superseded');
      return { state: 'superseded', replaced: [] };
    }
    if (state === undefined) return undefined;
    if (live !== undefined) this.bury(live, 'replaced');
    this.remember(ref, 'pending').state = 'live';
    marker.live = ref;
    this.revision += 1;
    return { state: 'live', replaced: live === undefined ? [] : [live.ingestionId] };
  }

  compensate(ref: IngestionRef): { state: IngestionState; removed: StoreCounts } {
    if (this.isForeign(ref)) return { state: 'compensated', removed: countsOf([]) };
    const state = this.ingestions.get(ref.ingestionId)?.state ?? 'pending';
    if (state !== 'pending') return { state, removed: countsOf([]) };
    return { state: 'compensated', removed: countsOf(this.bury(ref, 'compensated')) };
  }

  retract(ref: RetractionRef): string[] {
    const marker = this.marker(ref);
    marker.retractedThrough = Math.max(marker.retractedThrough, ref.version);
    if (marker.live !== undefined && marker.live.version <= ref.version) marker.live = undefined;
    const ours = [...this.ingestions.values()].filter(
      ({ ref: other, state }) =>
        documentKey(other) === documentKey(ref) &&
        other.version <= ref.version &&
        (state === 'live' || state === 'pending'),
    );
    for (const { ref: other } of ours) this.bury(other, 'retracted');
    return ours.map(({ ref: other }) => other.ingestionId);
  }

  /** Removes the parts of an ingestion that ended, whatever is remembered of it, and leaves a tombstone. */
  discard(ingestionId: string, document: DocumentRef): void {
    const known =
      this.ingestions.get(ingestionId) ?? this.remember({ ...document, ingestionId, version: 0 }, 'pending');
    if (documentKey(known.ref) !== documentKey(document)) return;
    const marker = this.marker(document);
    if (marker.live?.ingestionId === ingestionId) marker.live = undefined;
    this.bury(known.ref, tombstoneAfter(known.state));
  }

  /** Makes a live ingestion pending again without its parts, unless the document's marker forbids that. */
  reopen(ref: IngestionRef): boolean {
    const marker = this.marker(ref);
    const isNew = marker.live === undefined || !isNewer(marker.live, ref);
    if (this.isForeign(ref) || marker.retractedThrough >= ref.version || !isNew) return false;
    if (marker.live?.ingestionId === ref.ingestionId) marker.live = undefined;
    this.bury(ref, 'pending');
    return true;
  }

  /** Forgets a tombstone; answers whether there was one. */
  forget(ingestionId: string): boolean {
    const state = this.ingestions.get(ingestionId)?.state ?? 'pending';
    return state !== 'pending' && state !== 'live' && this.ingestions.delete(ingestionId);
  }

  /** What users would see of a namespace. */
  live(namespace: string): MemoryLiveView {
    const isHere = ({ ref, state }: Ingestion): boolean => state === 'live' && ref.namespace === namespace;
    const live = [...this.ingestions.values()].filter(isHere);
    const parts = linkedParts(live.flatMap((ingestion) => [...ingestion.parts.values()]));
    const entities = new Map(parts.flatMap((part) => part.entities.map(({ uuid, name }) => [uuid, name] as const)));
    const facts = new Map(parts.flatMap((part) => part.facts.map(({ uuid, fact }) => [uuid, fact] as const)));
    return {
      documents: live.map(documentOf),
      entities: [...entities.values()],
      facts: [...facts.values()],
      ended: endedFacts(parts),
    };
  }

  /** Every part that is stored, pending ones included, in a canonical order. */
  everything(): readonly DocumentEmbedded[] {
    const parts = [...this.ingestions.values()].flatMap((ingestion) => [...ingestion.parts.values()]);
    const key = (part: DocumentEmbedded): string => `${part.ingestionId}/${String(part.part).padStart(9, '0')}`;
    return parts.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  private isForeign(ref: IngestionRef): boolean {
    const owner = this.ingestions.get(ref.ingestionId)?.ref;
    return owner !== undefined && documentKey(owner) !== documentKey(ref);
  }

  private remember(ref: IngestionRef, state: IngestionState): Ingestion {
    const known = this.ingestions.get(ref.ingestionId) ?? { ref, state, parts: new Map<number, DocumentEmbedded>() };
    this.ingestions.set(ref.ingestionId, known);
    return known;
  }

  /** Removes the parts, leaves a state, mostly a tombstone, and answers what was removed. */
  private bury(ref: IngestionRef, tombstone: IngestionState): DocumentEmbedded[] {
    const ingestion = this.remember(ref, tombstone);
    const removed = [...ingestion.parts.values()];
    if (ingestion.state === 'live') this.revision += 1;
    ingestion.state = tombstone;
    ingestion.parts.clear();
    return removed;
  }

  private marker(document: DocumentRef): Marker {
    const key = documentKey(document);
    const marker = this.markers.get(key) ?? { live: undefined, retractedThrough: 0 };
    this.markers.set(key, marker);
    return marker;
  }
}
