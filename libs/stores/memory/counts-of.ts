import type { DocumentEmbedded, StoreCounts } from '#events';

/** How much these parts hold, each entity and fact once. */
export function countsOf(parts: readonly DocumentEmbedded[]): StoreCounts {
  const distinct = (uuids: readonly string[]): number => new Set(uuids).size;
  return {
    parts: parts.length,
    chunks: parts.reduce((sum, { chunks }) => sum + chunks.length, 0),
    entities: distinct(parts.flatMap(({ entities }) => entities.map(({ uuid }) => uuid))),
    facts: distinct(parts.flatMap(({ facts }) => facts.map(({ uuid }) => uuid))),
    mentions: parts.reduce((sum, { mentions }) => sum + mentions.length, 0),
  };
}
