/** Families of names (ADR 25), and the acronyms that join some of them. */

/** A part of a statement: families that acronyms join with some of a list. Acronyms are names of organizations. */
function joinedByAcronyms(families: string): string {
  const beside = (label: string): string => `
    UNWIND [key IN ${families} WHERE split(key, '/')[1] = 'Organization'] AS key
    MATCH (n:${label} {family: key})-[:PENSTOCK_MEANS]-(other)
    RETURN other.family AS family, false AS own`;
  return [beside('Entity'), beside('PenstockAlias')].join('\n    UNION');
}

/**
 * $promoted, $removed, $families → families, and whether they are written or given, else joined with one of these by an
 * acronym; locked in sorted order. Documents are locked before, entities after.
 */
export const lockFamilies = `
  CALL () {
    MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.promoted
    UNWIND coalesce(p.entityFamilies, []) AS family
    RETURN family
    UNION
    MATCH (e:Episodic)-[:MENTIONS|PENSTOCK_MENTIONS]->(n) WHERE e.uuid IN $given.removed
    RETURN n.family AS family
    UNION
    UNWIND $given.families AS family
    RETURN family
  }
  WITH collect(family) AS written
  CALL (written) {
    UNWIND written AS family
    RETURN family, true AS own
    UNION
    ${joinedByAcronyms('written')}
  }
  WITH family, true IN collect(own) AS written WHERE family <> '' ORDER BY family
  MERGE (f:PenstockFamily {key: family})
  SET f:PenstockFamily
  RETURN family, written`;

/** $families → those that acronyms join with one of them. */
export const familiesBeside = `
  CALL () {
    ${joinedByAcronyms('$given.families')}
  }
  RETURN DISTINCT family`;

/** $promoted, $separator. Claims of acronyms, that are about names of one document. */
export const createMeanings = `
  MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.promoted AND p.entityClaims IS NOT NULL
  UNWIND range(0, size(p.entityUuids) - 1) AS k
  UNWIND split(p.entityClaims[k], $given.separator) AS claim
  WITH DISTINCT p.ingestionId AS ingestionId, p.namespace AS namespace, p.entityUuids[k] AS uuid,
    split(claim, ' ') AS said
  WHERE said[1] = ingestionId AND said[0] <> uuid
  MATCH (n:Entity {uuid: uuid})
  MATCH (long:Entity {uuid: said[0]})
  CREATE (n)-[:PENSTOCK_MEANS {uuid: ingestionId + ' ' + uuid + ' ' + said[0], group_id: namespace,
    episode: ingestionId}]->(long)`;

/** $removed (ingestionIds), of which no alias is mentioned. */
export const removeMeanings = `
  MATCH (e:Episodic)-[m:MENTIONS]->(n:Entity) USING INDEX e:Episodic(uuid)
  WHERE e.uuid IN $given.removed AND m.claims IS NOT NULL
  WITH DISTINCT e, n
  MATCH (n)-[claimed:PENSTOCK_MEANS]->() WHERE claimed.episode = e.uuid
  DELETE claimed`;
