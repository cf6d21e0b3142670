import type { DocumentEmbedded, Entity } from '#events';

import { companionTypes, familyOf } from './family.js';
import { resolveFamily, type EntityLink, type FamilyMember } from './resolve-family.js';

type Part = Pick<DocumentEmbedded, 'namespace' | 'ingestionId' | 'entities' | 'mentions'>;

/** Families of what stands in the same passages as each entity of a part, by uuid. */
export function companionsIn({ namespace, entities, mentions }: Part): Map<string, Set<string>> {
  const families = new Map(entities.map((entity) => [entity.uuid, companionFamily(namespace, entity)]));
  const types = new Map(entities.map(({ uuid, type }) => [uuid, type]));
  const companions = new Map(entities.map(({ uuid }) => [uuid, new Set<string>()]));
  for (const standing of Map.groupBy(mentions, ({ seq }) => seq).values()) {
    const here = [...new Set(standing.map(({ entityUuid }) => entityUuid))];
    for (const uuid of here) {
      for (const other of here) {
        const family = families.get(other);
        if (family && types.get(other) !== types.get(uuid)) companions.get(uuid)?.add(family);
      }
    }
  }
  return companions;
}

function companionFamily(namespace: string, { type, name }: Entity): string | null {
  return companionTypes.includes(type) ? familyOf(namespace, type, name) : null;
}

/** What the stores derive, derived from all live parts of any namespaces at once. */
export function linksOfParts(parts: readonly Part[]): EntityLink[] {
  const families = new Map<string, Map<string, FamilyMember & { documents: Map<string, Set<string>> }>>();
  for (const part of parts) {
    const companions = companionsIn(part);
    for (const { uuid, type, name } of part.entities) {
      const family = familyOf(part.namespace, type, name);
      if (family === null) continue;
      const members = families.get(family) ?? new Map<string, FamilyMember & { documents: Map<string, Set<string>> }>();
      const member = members.get(uuid) ?? { uuid, type, name, documents: new Map<string, Set<string>>() };
      const known = member.documents.get(part.ingestionId) ?? new Set<string>();
      member.documents.set(part.ingestionId, new Set([...known, ...(companions.get(uuid) ?? [])]));
      families.set(family, members.set(uuid, member));
    }
  }
  return [...families.values()]
    .filter(({ size }) => size > 1)
    .flatMap((members) => resolveFamily([...members.values()]));
}

/** Parts in which every entity has the uuid of what it stands for. */
export function linkedParts<P extends DocumentEmbedded>(parts: readonly P[]): P[] {
  const links = new Map(linksOfParts(parts).map(({ uuid, standsFor }) => [uuid, standsFor]));
  const meant = (uuid: string): string => links.get(uuid) ?? uuid;
  const entities = new Map(parts.flatMap((part) => part.entities.map((entity) => [entity.uuid, entity] as const)));
  return parts.map((part) => ({
    ...part,
    entities: part.entities.map((entity) => entities.get(meant(entity.uuid)) ?? entity),
    mentions: part.mentions.map((mention) => ({ ...mention, entityUuid: meant(mention.entityUuid) })),
    facts: part.facts.map((fact) => ({
      ...fact,
      sourceUuid: meant(fact.sourceUuid),
      targetUuid: meant(fact.targetUuid),
    })),
  }));
}
