import type { DocumentEmbedded } from '#events';
import type { IngestionRef, IngestionState } from '#stores/port';

/** An ingestion as the store remembers it; a tombstone has no parts. */
export interface MemoryIngestion {
  readonly ref: IngestionRef;
  readonly state: IngestionState;
  readonly parts: ReadonlyMap<number, DocumentEmbedded>;
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

export function documentOf({ ref, parts }: MemoryIngestion): MemoryDocument {
  const chunks = [...parts.values()].flatMap((part) => part.chunks).sort((a, b) => a.seq - b.seq);
  const { documentId, ingestionId, version } = ref;
  return { documentId, ingestionId, version, chunkTexts: chunks.map(({ text }) => text) };
}
