import { deriveTimes } from './fact-times.js';

/** What some episodes of an edge say, by their places; edges of before had no such lists. */
function stated(places: string, what: 'from' | 'until' | 'at'): string {
  const unknown = what === 'at' ? 'r.created_at.epochMillis' : 'toInteger($given.noTime)';
  return `[k IN ${places} | coalesce(r.stated_${what}[k], ${unknown})]`;
}

/**
 * $promoted, $noTime, $oneTarget, $oneSource → entities around which a fact may end another one now. The first document
 * to state a fact gives its words; every one is in its episodes, with the times that it says. Where a document says
 * several, its earliest counts.
 */
export const mergeFacts = `
  MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.promoted
  WITH p.ingestionId AS ingestionId, p.namespace AS namespace, p.createdAt AS createdAt, p.validAt AS statedAt,
    p.factUuids AS uuids, p.factSources AS sources, p.factTargets AS targets, p.factNames AS names,
    p.factTexts AS texts, p.factValidAts AS validAts, p.factInvalidAts AS invalidAts
  UNWIND range(0, size(uuids) - 1) AS k
  WITH uuids[k] AS uuid, ingestionId, toInteger(min(statedAt)) AS at,
    toInteger(min(CASE validAts[k] WHEN $given.noTime THEN null ELSE validAts[k] END)) AS from,
    toInteger(min(CASE invalidAts[k] WHEN $given.noTime THEN null ELSE invalidAts[k] END)) AS until,
    head(collect({source: sources[k], target: targets[k], name: names[k], text: texts[k], namespace: namespace,
      createdAt: createdAt})) AS fact
  WITH uuid, head(collect(fact)) AS fact,
    collect({id: ingestionId, from: coalesce(from, toInteger($given.noTime)), until: coalesce(until, toInteger($given.noTime)), at: at}) AS statements
  MATCH (source:Entity {uuid: fact.source})
  MATCH (target:Entity {uuid: fact.target})
  MERGE (source)-[r:RELATES_TO {uuid: uuid}]->(target)
  ON CREATE SET r.name = fact.name, r.fact = fact.text, r.group_id = fact.namespace, r.episodes = [],
    r.stated_from = [], r.stated_until = [], r.stated_at = [],
    r.created_at = datetime({epochMillis: toInteger(fact.createdAt)})
  WITH r, [said IN statements WHERE NOT said.id IN r.episodes] AS fresh, range(0, size(r.episodes) - 1) AS known
  SET r.stated_from = ${stated('known', 'from')} + [said IN fresh | said.from],
    r.stated_until = ${stated('known', 'until')} + [said IN fresh | said.until],
    r.stated_at = ${stated('known', 'at')} + [said IN fresh | said.at],
    r.episodes = r.episodes + [said IN fresh | said.id]
  ${deriveTimes}
  WITH DISTINCT CASE WHEN r.name IN $given.oneTarget THEN startNode(r).uuid
    WHEN r.name IN $given.oneSource THEN endNode(r).uuid END AS centre
  WHERE centre IS NOT NULL
  RETURN centre`;

/** Of edges `r` only what the episodes at the places `kept` say stays; a part of a statement, with $noTime. */
const keepStated = `
  SET r.stated_from = ${stated('kept', 'from')},
    r.stated_until = ${stated('kept', 'until')},
    r.stated_at = ${stated('kept', 'at')},
    r.episodes = [k IN kept | r.episodes[k]]
  ${deriveTimes}`;

/** $removed, $noTime. Takes what these episodes say from their facts, and the facts that nobody supports any more. */
export const removeFacts = `
  MATCH (e:Episodic) WHERE e.uuid IN $given.removed
  UNWIND e.entity_edges AS uuid
  MATCH ()-[r:RELATES_TO {uuid: uuid}]->()
  WITH DISTINCT r, [k IN range(0, size(r.episodes) - 1) WHERE NOT r.episodes[k] IN $given.removed] AS kept
  ${keepStated}
  WITH r WHERE size(r.episodes) = 0
  DELETE r`;

/** $uuids, $noTime → how many facts lost the support of episodes that are gone; those without any other go. */
export const mendFacts = `
  MATCH ()-[r:RELATES_TO]->() WHERE r.uuid IN $given.uuids
  WITH r, COLLECT {
    UNWIND range(0, size(coalesce(r.episodes, [])) - 1) AS k
    MATCH (e:Episodic {uuid: r.episodes[k]})
    RETURN k ORDER BY k
  } AS kept
  WHERE size(kept) = 0 OR size(kept) < size(r.episodes)
  ${keepStated}
  WITH collect(r) AS mended
  FOREACH (r IN [r IN mended WHERE size(r.episodes) = 0] | DELETE r)
  RETURN size(mended) AS count`;
