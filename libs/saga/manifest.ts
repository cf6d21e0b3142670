import type { DocumentEmbedded, StoreCounts } from '#events';

/** What a part holds, kept until its ingestion is decided so that the receipt can count each thing once. */
export interface PartManifest {
  readonly chunks: number;
  readonly mentions: number;
  readonly entities: readonly string[];
  readonly facts: readonly string[];
}

export function manifestOf(part: DocumentEmbedded): PartManifest {
  return {
    chunks: part.chunks.length,
    mentions: part.mentions.length,
    entities: part.entities.map(({ uuid }) => uuid),
    facts: part.facts.map(({ uuid }) => uuid),
  };
}

/** Counts of a whole ingestion; entities and facts that several parts speak of count once. */
export function countsOf(written: ReadonlyMap<number, PartManifest>): StoreCounts {
  const parts = [...written.values()];
  return {
    parts: parts.length,
    chunks: parts.reduce((sum, part) => sum + part.chunks, 0),
    mentions: parts.reduce((sum, part) => sum + part.mentions, 0),
    entities: new Set(parts.flatMap((part) => part.entities)).size,
    facts: new Set(parts.flatMap((part) => part.facts)).size,
  };
}
