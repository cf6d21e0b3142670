/**
 * Entities under several spellings (ADR 25). What is not joined is the graph as documents write it. A name that stands
 * for another entity is a node PenstockAlias; its mentions hang on it as PENSTOCK_MENTIONS and show as MENTIONS of that
 * entity (`by_alias`, where its documents don't mention that one by its own name), and its facts hang on the other
 * entity and keep its uuid (`own_source`, `own_target`). Whoever changes what a name of a family is mentioned by takes
 * its aliases apart, changes the graph, and joins them anew. From an acronym to each longer name of another family that
 * an episode claims for it leads PENSTOCK_MEANS: such families are taken apart and joined together.
 */

/** $families, $labels (by type) → aliases that are entities again, and what they stood for. Their edges come next. */
export const openAliases = `
  MATCH (a:PenstockAlias) WHERE a.family IN $given.families
  WITH a, a.stands_for AS standsFor ORDER BY a.uuid
  SET a:Entity:$(coalesce($given.labels[a.labels[-1]], 'Entity')), a.stands_for = null
  REMOVE a:PenstockAlias
  RETURN a.uuid AS uuid, standsFor`;

/**
 * $families, $promoted, $beside (families) → names of the families that have several, or an acronym's, live or about to
 * be, and of those beside, whose names nobody else has locked.
 */
export const readMembers = `
  CALL () {
    MATCH (n:Entity) WHERE n.family IN $given.families
    RETURN n.family AS family, n.uuid AS uuid, EXISTS { (n)-[:PENSTOCK_MEANS]-() } AS claimed
    UNION
    MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.promoted
    WITH coalesce(p.entityFamilies, []) AS families, p.entityUuids AS uuids, coalesce(p.entityClaims, []) AS claims
    UNWIND range(0, size(families) - 1) AS k
    RETURN families[k] AS family, uuids[k] AS uuid, coalesce(claims[k], '') <> '' AS claimed
  }
  WITH family, collect(DISTINCT uuid) AS members, collect(claimed) AS claimed
  WHERE family <> '' AND (size(members) > 1 OR true IN claimed OR family IN $given.beside)
  RETURN family, members`;

/** $opened (uuids), $canonical (uuids of what they stood for) */
export const takeMentionsBack = `
  MATCH (c:Entity)<-[d:MENTIONS]-() WHERE c.uuid IN $given.canonical AND d.by_alias
  DELETE d`;
export const returnMentions = `
  MATCH (a:Entity)<-[k:PENSTOCK_MENTIONS]-(e:Episodic) USING INDEX a:Entity(uuid) WHERE a.uuid IN $given.opened
  WITH a, e, k, properties(k) AS said
  DELETE k
  CREATE (e)-[m:MENTIONS]->(a)
  SET m = said`;

/** Makes edges `r` anew, which say `said`, between the entities of other uuids; Neo4j can't move an edge. */
const moveFacts = `
  MATCH (source:Entity {uuid: sourceUuid})
  MATCH (target:Entity {uuid: targetUuid})
  DELETE r
  CREATE (source)-[moved:RELATES_TO]->(target)
  SET moved = said, moved.own_source = ownSource, moved.own_target = ownTarget`;

/** $opened, $canonical */
export const returnFacts = `
  MATCH (c:Entity)-[r:RELATES_TO]-() WHERE c.uuid IN $given.canonical AND (r.own_source IN $given.opened OR r.own_target IN $given.opened)
  WITH DISTINCT r, properties(r) AS said, coalesce(r.own_source IN $given.opened, false) AS fromOpened,
    coalesce(r.own_target IN $given.opened, false) AS toOpened
  WITH r, said, CASE WHEN fromOpened THEN r.own_source ELSE startNode(r).uuid END AS sourceUuid,
    CASE WHEN toOpened THEN r.own_target ELSE endNode(r).uuid END AS targetUuid,
    CASE WHEN fromOpened THEN null ELSE r.own_source END AS ownSource,
    CASE WHEN toOpened THEN null ELSE r.own_target END AS ownTarget
  ${moveFacts}`;

/**
 * $ids → entities that are still there. By ids: an index still finds nodes that got their label and were deleted in one
 * transaction, and who follows them fails.
 */
export const readSurvivors = `
  UNWIND $given.ids AS id
  MATCH (n) WHERE elementId(n) = id
  OPTIONAL MATCH (first:Episodic {uuid: n.summary_episode})
  RETURN elementId(n) AS id, n.uuid AS uuid, n.family AS family, n.name AS name, n.aliases AS aliases,
    n.summary AS summary, first.uuid AS summaryEpisode, first.valid_at.epochMillis AS summaryAt`;

/** $ingestionIds → what episodes say of entities and aliases; a row for each mention. */
export const readSaid = `
  MATCH (e:Episodic)-[m:MENTIONS|PENSTOCK_MENTIONS]->(n) WHERE e.uuid IN $given.ingestionIds AND m.by_alias IS NULL
  RETURN elementId(n) AS id, e.uuid AS ingestionId, e.valid_at.epochMillis AS at,
    [x IN coalesce(m.spellings, []) WHERE x <> ''] AS spellings, coalesce(m.summary, '') <> '' AS summarises`;

/**
 * $ids of all names of families, $documentsMax → what live documents write of them; a row for each mention that tells
 * what stands beside it. Names may be joined or apart. Families of more documents stay as they are, so theirs are not
 * read through.
 */
export const readFamilies = `
  UNWIND $given.ids AS id
  MATCH (n) WHERE elementId(n) = id
  WITH n.family AS family, collect(n) AS names
  WHERE COUNT {
    UNWIND names AS name
    MATCH (name)<-[m:MENTIONS|PENSTOCK_MENTIONS]-(e:Episodic) WHERE m.companions IS NOT NULL
    RETURN DISTINCT e LIMIT toInteger($given.documentsMax) + 1
  } <= $given.documentsMax
  UNWIND names AS n
  MATCH (n)<-[m:MENTIONS|PENSTOCK_MENTIONS]-(e:Episodic) WHERE m.companions IS NOT NULL
  RETURN family, n.uuid AS uuid, n.name AS name, n.labels[-1] AS type, e.uuid AS ingestionId,
    [x IN m.companions WHERE x <> ''] AS companions, [x IN coalesce(m.claims, []) WHERE x <> ''] AS claims`;

/** $links (uuid, standsFor) sorted. A mention by several aliases of one episode shows under the first one's uuid. */
export const lendMentions = `
  UNWIND $given.links AS link
  MATCH (a:Entity {uuid: link.uuid})<-[m:MENTIONS]-(e:Episodic)
  MATCH (c:Entity {uuid: link.standsFor})
  WITH a, c, e, m, properties(m) AS said ORDER BY said.uuid
  DELETE m
  CREATE (e)-[k:PENSTOCK_MENTIONS]->(a)
  SET k = said
  MERGE (e)-[d:MENTIONS]->(c)
  ON CREATE SET d.uuid = said.uuid, d.group_id = said.group_id, d.created_at = said.created_at, d.by_alias = true`;

/** $meant (standsFor by uuid), $aliases (its keys) */
export const lendFacts = `
  MATCH (a:Entity)-[r:RELATES_TO]-() WHERE a.uuid IN $given.aliases
  WITH DISTINCT r, properties(r) AS said, startNode(r).uuid AS s, endNode(r).uuid AS t
  WITH r, said, coalesce($given.meant[s], s) AS sourceUuid, coalesce($given.meant[t], t) AS targetUuid,
    CASE WHEN s IN $given.aliases THEN s ELSE r.own_source END AS ownSource,
    CASE WHEN t IN $given.aliases THEN t ELSE r.own_target END AS ownTarget
  ${moveFacts}`;

/** $links, $typeLabels. Aliases are no entities to anybody who reads the graph. */
export function closeAliases(labels: readonly string[]): string {
  return `
  UNWIND $given.links AS link
  MATCH (a:Entity {uuid: link.uuid})
  SET a:PenstockAlias, a.stands_for = link.standsFor, a.summary = '', a.aliases = null, a.summary_episode = null
  REMOVE a:Entity:${labels.join(':')}`;
}

/**
 * $entities (uuid; ids of the entity and its aliases). Spellings other than the name, and what the first document says,
 * from all mentions under any of these names; `summary_episode` tells which one that is.
 */
export const describeAgain = `
  UNWIND $given.entities AS entity
  MATCH (n:Entity {uuid: entity.uuid})
  WITH n, COLLECT {
    UNWIND entity.ids AS id
    MATCH (own) WHERE elementId(own) = id
    WITH own
    MATCH (own)<-[m:MENTIONS|PENSTOCK_MENTIONS]-(e:Episodic) WHERE m.by_alias IS NULL
    RETURN m {.spellings, .summary, episode: e.uuid} ORDER BY e.valid_at, e.uuid, own.uuid
  } AS said
  WITH n, said, COLLECT {
    UNWIND said AS one UNWIND one.spellings AS spelling
    WITH DISTINCT spelling WHERE spelling <> '' AND spelling <> n.name
    RETURN spelling ORDER BY spelling
  } AS aliases
  WITH n, aliases, head([one IN said WHERE one.summary <> '']) AS first
  SET n.aliases = aliases, n.summary = coalesce(first.summary, ''), n.summary_episode = first.episode`;

/** $families of which no name is left, locked. */
export const forgetFamilies = `
  MATCH (f:PenstockFamily) WHERE f.key IN $given.families
  DELETE f`;
