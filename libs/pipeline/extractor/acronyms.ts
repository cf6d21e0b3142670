import { entityUuid, type Chunk, type Entity, type Mention } from '#events';
import type { Acronym } from '#identity';

import { isAcronymOf, type DefinedName } from './short-names.js';

/** A part's acronym, as an entity of its own where the part defines it, and the place where that one is mentioned. */
export interface DefinedAcronym {
  readonly acronym: Acronym;
  readonly entity: Entity;
  readonly mention: Mention;
}

/**
 * Acronyms that a part defines. Wherever else they stand, the part means the longer name; but one place is left to the
 * acronym, so that other parts and documents, which know no more than that, can be told what it means. None where the
 * acronym does not stand in the text as it was compared.
 */
export function acronymsDefined(
  namespace: string,
  chunks: readonly Pick<Chunk, 'seq' | 'text'>[],
  defined: ReadonlyMap<string, DefinedName>,
  uuidOf: (name: DefinedName) => string | undefined,
): DefinedAcronym[] {
  return [...defined].flatMap(([name, long]) => {
    const [chunk, longUuid] = [chunks[long.at], uuidOf(long)];
    const startOffset = chunk?.text.search(new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, 'u')) ?? -1;
    if (chunk === undefined || longUuid === undefined || startOffset === -1) return [];
    const uuid = entityUuid(namespace, long.type, name);
    return [
      {
        acronym: { uuid, longs: [longUuid], isDefined: true },
        // The long name says what it is; this is no other thing.
        entity: { uuid, name, type: long.type, summary: '' },
        mention: {
          ...{ entityUuid: uuid, seq: chunk.seq, evidence: name },
          ...{ startOffset, endOffset: startOffset + name.length },
        },
      },
    ];
  });
}

/** Acronyms that a part leaves open, while longer names of it fit. */
export function acronymsInDoubt(entities: readonly Entity[]): Acronym[] {
  const organizations = entities.filter(({ type }) => type === 'Organization');
  const capitals = organizations.filter(({ name }) => name === name.toUpperCase() && !name.includes(' '));
  return capitals.flatMap(({ uuid, name }) => {
    const longs = organizations.filter((long) => isAcronymOf(name, long.name)).map((long) => long.uuid);
    return longs.length === 0 ? [] : [{ uuid, longs, isDefined: false }];
  });
}
