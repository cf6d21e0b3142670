import { entityUuid, type Chunk, type Entity, type Mention } from '#events';
import type { EntityRef, Extraction } from '#models';

/** Entities of a part, each once, with the places where they stand. */
export interface PartEntities {
  readonly entities: Entity[];
  readonly mentions: Mention[];
  /** The entity a fact speaks of; undefined if the part has no such entity. */
  readonly find: (ref: EntityRef) => Entity | undefined;
}

/** One spelling for one name: composed letters, single spaces. */
export function entityName(name: string): string {
  return name.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}

/**
 * Merges what was found in the chunks of a part. Names that differ only in case are one entity under the form that
 * comes first; an entity is kept only with a name, and a mention only if its words stand where it says.
 */
export function partEntities(namespace: string, chunks: readonly Chunk[], found: readonly Extraction[]): PartEntities {
  const byName = new Map<string, Entity>();
  const mentions = new Map<string, Mention>();
  chunks.forEach((chunk, index) => {
    for (const { type, name: written, start, end } of found[index]?.entities ?? []) {
      const name = entityName(written);
      const evidence = evidenceAt(chunk.text, start, end);
      if (name === '' || evidence === undefined) continue;
      const key = mergeKey(type, name);
      const entity = byName.get(key) ?? { uuid: entityUuid(namespace, type, name), name, type };
      byName.set(key, entity);
      const mention = { entityUuid: entity.uuid, seq: chunk.seq, evidence, startOffset: start, endOffset: end };
      mentions.set(`${entity.uuid} ${chunk.seq} ${start} ${end}`, mention);
    }
  });
  return {
    entities: [...byName.values()],
    mentions: [...mentions.values()],
    find: ({ type, name }) => byName.get(mergeKey(type, entityName(name))),
  };
}

/** The words at a place; undefined if the place is not inside the text. */
export function evidenceAt(text: string, start: number, end: number): string | undefined {
  const inside = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= text.length;
  return inside ? text.slice(start, end) : undefined;
}

function mergeKey(type: string, name: string): string {
  return JSON.stringify([type, name.toLowerCase()]);
}
