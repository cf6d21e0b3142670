import { documentKey, type DocumentEmbedded, type DocumentRef, type StoreCounts } from '#events';
import { PermanentFailure } from '#failure';
import type { IngestionRef, IngestionState, RetractionRef } from '#stores/port';

import { countsOf } from './counts-of.js';
import { endedFacts } from './ended-facts.js';

interface Ingestion {
  readonly ref: IngestionRef;
  state: IngestionState;
  readonly parts: Map<number, DocumentEmbedded>;
}

/** An ingestion as the store remembers it; a tombstone has no parts. */
export interface MemoryIngestion {
  readonly ref: IngestionRef;
  readonly state: IngestionState;
  readonly parts: ReadonlyMap<number, DocumentEmbedded>;
}

interface Marker {
  live: IngestionRef | undefined;
  /** Versions up to this one may not come back; 0 if the document was never retracted. */
  retractedThrough: number;
}

export interface MemoryDocument {
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
  readonly chunkTexts: readonly string[];
}

export interface MemoryLiveView {
  readonly documents: readonly MemoryDocument[];
  readonly entities: readonly string[];
  readonly facts: readonly string[];
  /** Sentences of the facts that have ended, with the milliseconds. */
  readonly ended: readonly (readonly [string, number])[];
}

/** What a store holds, apart from the writer, so that it survives a writer that is thrown away and made anew. */
export class MemoryStore {
  private readonly ingestions = new Map<string, Ingestion>();
  private readonly markers = new Map<string, Marker>();
  /** Grows whenever a live view may have changed. */
  revision = 0;

  /** All that is remembered, tombstones included, in the order in which it came. */
  remembered(): Iterable<MemoryIngestion> {
    return this.ingestions.values();
  }

  /** A store of its own with the same contents; parts are shared, as they never change. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
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

  /** What users would see of a namespace. */
  live(namespace: string): MemoryLiveView {
    const live = [...this.ingestions.values()].filter(
      ({ ref, state }) => state === 'live' && ref.namespace === namespace,
    );
    const parts = live.flatMap((ingestion) => [...ingestion.parts.values()]);
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

  /** Removes the parts, leaves the tombstone, and answers what was removed. */
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

/** Two ingestions of one version are ordered by their time-ordered ids, so that all stores keep the same one. */
function isNewer(a: IngestionRef, b: IngestionRef): boolean {
  return a.version === b.version ? a.ingestionId > b.ingestionId : a.version > b.version;
}

function documentOf({ ref, parts }: Ingestion): MemoryDocument {
  const chunks = [...parts.values()].flatMap((part) => part.chunks).sort((a, b) => a.seq - b.seq);
  const { documentId, ingestionId, version } = ref;
  return { documentId, ingestionId, version, chunkTexts: chunks.map(({ text }) => text) };
}
