import type { DocumentEmbedded, StoreWritten } from '#events';
import type { IngestionRef, StoreName } from '#stores/port';

/** The ingestion that parts belong to. */
export function ref(parts: readonly DocumentEmbedded[]): IngestionRef {
  const [first] = parts;
  if (first === undefined) throw new RangeError('an ingestion has at least one part');
  const { namespace, documentId, ingestionId, version } = first;
  return { namespace, documentId, ingestionId, version };
}

/** The receipt a store gives once it holds all of the parts. */
export function receiptOf(parts: readonly DocumentEmbedded[], store: StoreName): StoreWritten {
  const distinct = (uuids: readonly string[]): number => new Set(uuids).size;
  return {
    ...ref(parts),
    store,
    counts: {
      parts: distinct(parts.map(({ part }) => String(part))),
      chunks: distinct(parts.flatMap(({ chunks }) => chunks.map(({ chunkId }) => chunkId))),
      entities: distinct(parts.flatMap(({ entities }) => entities.map(({ uuid }) => uuid))),
      facts: distinct(parts.flatMap(({ facts }) => facts.map(({ uuid }) => uuid))),
      mentions: parts.reduce((sum, { mentions }) => sum + mentions.length, 0),
    },
    writtenAt: Math.max(...parts.map(({ embeddedAt }) => embeddedAt)),
  };
}
