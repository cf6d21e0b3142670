import { entityUuid, type Chunk, type Entity, type Mention } from '#events';
import { canonicalName, entityName, familyOf, foldedName, type Acronym } from '#identity';
import type { EntityRef, Extraction } from '#models';

import { acronymsDefined, acronymsInDoubt } from './acronyms.js';
import { sentenceAround } from './sentence-around.js';
import { definedAcronyms, shortNameKey, shortNames, type WrittenName } from './short-names.js';
import { entitiesIn } from './within-ontology.js';

/** Entities of a part, each once, with the places where they stand. */
export interface PartEntities {
  readonly entities: Entity[];
  readonly mentions: Mention[];
  /** Which of them are acronyms of others, or may be. */
  readonly acronyms: readonly Acronym[];
  /** The entity a fact speaks of; undefined if the part has no such entity. */
  readonly find: (ref: EntityRef) => Entity | undefined;
  /** How many were left out: no name, or a place outside the chunk. */
  readonly dropped: number;
}

/**
 * Merges what was found in the chunks of a part: names that are the same under another spelling are one entity under
 * the form that comes first, and short names are the longer one of the part that they stand for, but for one place of
 * an acronym that the part defines. An entity is kept only with a name, and a mention only if its words stand where it
 * says; its summary is what the model quotes, else the sentence that names it first.
 */
export function partEntities(
  namespace: string,
  chunks: readonly Pick<Chunk, 'seq' | 'text'>[],
  found: readonly Extraction[],
): PartEntities {
  const written = chunks.flatMap((chunk, index) => writtenIn(chunk, found[index]));
  const texts = chunks.map(({ text }) => entityName(text));
  const meant = shortNames(written, texts);
  const byKey = new Map<string, Entity>();
  const keyOf = (ref: EntityRef): string => {
    const name = canonicalName(ref.type, ref.name);
    const short = meant.get(shortNameKey({ type: ref.type, name }));
    return mergeKey(ref.type, short ?? name);
  };
  for (const one of written) {
    const { type, name } = one;
    const whole = meant.get(shortNameKey({ type, name })) ?? name;
    const key = mergeKey(type, whole);
    const summary = one.summary ?? byKey.get(key)?.summary ?? sentenceOf(one);
    byKey.set(key, { uuid: entityUuid(namespace, type, whole), name: whole, type, ...byKey.get(key), summary });
  }
  const find = (ref: EntityRef): Entity | undefined => byKey.get(keyOf(ref));
  const defined = acronymsDefined(namespace, chunks, definedAcronyms(written, texts), (long) => find(long)?.uuid);
  const mentions = new Map<string, Mention>();
  for (const { type, name, seq, evidence, startOffset, endOffset } of written) {
    const entity = find({ type, name });
    if (!entity) continue;
    const mention = { entityUuid: entity.uuid, seq, evidence, startOffset, endOffset };
    mentions.set(mentionKey(mention), mention);
  }
  for (const { acronym, mention } of defined) leaveTo(mention, acronym, mentions);
  const entities = [...byKey.values()];
  return {
    entities: [...entities, ...defined.map(({ entity }) => entity)],
    mentions: [...mentions.values()],
    acronyms: [...defined.map(({ acronym }) => acronym), ...acronymsInDoubt(entities)],
    find,
    dropped: entitiesIn(found) - written.length,
  };
}

interface Written extends WrittenName {
  readonly seq: number;
  readonly evidence: string;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly text: string;
  /** What the model quotes as saying what it is. */
  readonly summary: string | undefined;
}

function mentionKey({ entityUuid: uuid, seq, startOffset, endOffset }: Mention): string {
  return `${uuid} ${seq} ${startOffset} ${endOffset}`;
}

/** Makes a mention of a long name one of its acronym, unless it is the only one. */
function leaveTo(mention: Mention, { longs }: Acronym, mentions: Map<string, Mention>): void {
  for (const entityUuid of longs) {
    const own = [...mentions.values()].filter((one) => one.entityUuid === entityUuid);
    if (own.length > 1) mentions.delete(mentionKey({ ...mention, entityUuid }));
  }
  mentions.set(mentionKey(mention), mention);
}

/** Amounts and dates need no words beside them. */
function sentenceOf({ type, text, startOffset, endOffset }: Written): string {
  return familyOf('', type, '') === null ? '' : sentenceAround(text, startOffset, endOffset);
}

function writtenIn({ text, seq }: Pick<Chunk, 'seq' | 'text'>, found: Extraction | undefined): Written[] {
  return (found?.entities ?? []).flatMap(({ type, name: given, start, end, summary }) => {
    const name = canonicalName(type, given);
    const evidence = evidenceAt(text, start, end);
    if (name === '' || evidence === undefined) return [];
    return [{ type, name, seq, evidence, startOffset: start, endOffset: end, text, summary }];
  });
}

/** The words at a place; undefined if the place is not inside the text. */
export function evidenceAt(text: string, start: number, end: number): string | undefined {
  const inside = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= text.length;
  return inside ? text.slice(start, end) : undefined;
}

function mergeKey(type: string, name: string): string {
  return JSON.stringify([type, foldedName(type, name)]);
}
