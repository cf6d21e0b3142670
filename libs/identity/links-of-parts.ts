import type { DocumentEmbedded, Entity } from '#events';

import { companionTypes, familyOf } from './family.js';
import { claimTexts } from './name-claim.js';
import { resolveFamilies, type WrittenName } from './resolve-families.js';
import type { EntityLink } from './resolve-family.js';

type Part = Pick<DocumentEmbedded, 'namespace' | 'ingestionId' | 'entities' | 'mentions' | 'claims'>;

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
function linksOfParts(parts: readonly Part[]): EntityLink[] {
  return resolveFamilies(parts.flatMap(namesIn));
}

/** What a part writes, as the stores keep it. */
export function namesIn(part: Part): WrittenName[] {
  const { namespace, ingestionId, entities, claims } = part;
  const companions = companionsIn(part);
  return entities.flatMap(({ uuid, type, name }) => {
    const family = familyOf(namespace, type, name);
    if (family === null) return [];
    const said = { companions: [...(companions.get(uuid) ?? [])], claims: claimTexts(claims, uuid) };
    return [{ family, uuid, type, name, ingestionId, ...said }];
  });
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
