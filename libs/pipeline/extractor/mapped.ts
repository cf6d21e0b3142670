import type { Chunk, DocumentParsed } from '#events';
import type { EntityRef, Extraction, FoundFact } from '#models';

type Mapped = NonNullable<DocumentParsed['mapped']>;
type MappedEntity = Mapped['entities'][number];

const free = { promptTokens: 0, completionTokens: 0 };

/**
 * What the fields of a record stand for, in the form in which a model answers: one extraction a chunk, every word of
 * evidence from its text. No model is asked, so it costs nothing and is the same each time.
 */
export function mappedExtractions(chunks: readonly Chunk[], { entities, facts }: Mapped): Extraction[] {
  const name = (entity: MappedEntity | undefined): EntityRef | undefined => {
    const chunk = entity && chunks.find((one) => holds(one, entity));
    return entity && chunk && { name: wordsAt(chunk, entity), type: entity.type };
  };
  return chunks.map((chunk) => {
    const here = entities.filter((entity) => holds(chunk, entity));
    const found = here.map((entity) => ({ name: wordsAt(chunk, entity), type: entity.type, ...within(chunk, entity) }));
    const stated = facts.flatMap(({ source: from, target: to, relation, fact: sentence }): FoundFact[] => {
      const [a, b] = [entities[from], entities[to]];
      const [source, target] = [name(a), name(b)];
      if (a === undefined || b === undefined || source === undefined || target === undefined) return [];
      if (!holds(chunk, a)) return [];
      return [{ source, relation, target, sentence, ...evidence(chunk, a, b) }];
    });
    return { entities: found, facts: stated, usage: free };
  });
}

function holds({ startOffset, endOffset }: Chunk, entity: MappedEntity): boolean {
  return startOffset <= entity.startOffset && entity.endOffset <= endOffset;
}

function within(chunk: Chunk, { startOffset, endOffset }: MappedEntity): { start: number; end: number } {
  return { start: startOffset - chunk.startOffset, end: endOffset - chunk.startOffset };
}

function wordsAt(chunk: Chunk, entity: MappedEntity): string {
  const { start, end } = within(chunk, entity);
  return chunk.text.slice(start, end);
}

/** The record's own lines that hold both ends; only the source's where the target stands in another chunk. */
function evidence(chunk: Chunk, source: MappedEntity, target: MappedEntity): { start: number; end: number } {
  const ends = [source, target].filter((end) => holds(chunk, end)).map((end) => within(chunk, end));
  const start = Math.min(...ends.map((end) => end.start));
  return { start: chunk.text.lastIndexOf('\n', start) + 1, end: Math.max(...ends.map((end) => end.end)) };
}
