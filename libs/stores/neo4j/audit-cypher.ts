/** Statements of the audit. Those that change something lock what they change first, as in cypher.ts. */

/** $documents (key) → the live ingestion of each document that is known. */
export const liveIngestions = `
  UNWIND $given.documents AS document
  MATCH (d:PenstockDocument {key: document.key})
  RETURN d.key AS key, d.liveIngestion AS liveIngestion`;

/** $documents (key, ids) → markers of ingestions that are pending or live, or were asked for. */
export const ingestionMarkers = `
  UNWIND $given.documents AS document
  MATCH (m:PenstockIngestion {key: document.key})
  WHERE m.state IN ['pending', 'live'] OR m.ingestionId IN document.ids
  RETURN m.key AS key, m.ingestionId AS ingestionId, m.state AS state`;

const episodes = `
  UNWIND $given.documents AS document
  MATCH (e:Episodic {document_id: document.documentId}) WHERE e.group_id = document.namespace
  WITH document.key AS key, e`;

export const episodesOf = `${episodes}
  RETURN key, e.uuid AS ingestionId, e.name AS name, e.source_description AS sourceDescription`;

export const mentionedEntities = `${episodes}
  MATCH (e)-[m:MENTIONS|PENSTOCK_MENTIONS]->(n) WHERE m.by_alias IS NULL
  RETURN key, e.uuid AS ingestionId, n.uuid AS uuid, n.labels[-1] AS type, n.name AS name,
    m.claims AS claims`;

export const statedFacts = `${episodes}
  UNWIND e.entity_edges AS uuid
  MATCH (s)-[r:RELATES_TO {uuid: uuid}]->(t) WHERE e.uuid IN r.episodes
  RETURN key, e.uuid AS ingestionId, uuid, coalesce(r.own_source, s.uuid) AS sourceUuid,
    coalesce(r.own_target, t.uuid) AS targetUuid, r.name AS relation, r.fact AS fact`;

/** $ingestionIds */
export const pendingPartsOf = `
  MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.ingestionIds
  RETURN p.namespace AS namespace, p.documentId AS documentId, p.ingestionId AS ingestionId`;

/** $after, $limit */
export const scanEpisodes = `
  MATCH (e:Episodic) WHERE e.uuid > $given.after
  RETURN e.uuid AS id, e.uuid AS ingestionId, e.group_id AS namespace, e.document_id AS documentId
  ORDER BY e.uuid LIMIT toInteger($given.limit)`;
export const scanParts = `
  MATCH (p:PenstockPendingPart) WHERE p.key > $given.after
  RETURN p.key AS id, p.ingestionId AS ingestionId, p.namespace AS namespace, p.documentId AS documentId
  ORDER BY p.key LIMIT toInteger($given.limit)`;

/** $after, $limit → every entity, and whether no episode mentions it. */
export const scanEntities = `
  MATCH (n:Entity) WHERE n.uuid > $given.after
  WITH n ORDER BY n.uuid LIMIT toInteger($given.limit)
  RETURN n.uuid AS id, n.group_id AS namespace, NOT EXISTS { (:Episodic)-[:MENTIONS]->(n) } AS lone`;

/** $after, $limit → every fact, and whether an episode that it names is gone, or it names none. */
export const scanFacts = `
  MATCH ()-[r:RELATES_TO]->() WHERE r.uuid > $given.after
  WITH r ORDER BY r.uuid LIMIT toInteger($given.limit)
  RETURN r.uuid AS id, r.group_id AS namespace, size(coalesce(r.episodes, [])) = 0
    OR COUNT { UNWIND r.episodes AS id MATCH (e:Episodic {uuid: id}) RETURN e } < size(r.episodes) AS lone`;

/** $after, $limit */
export const familiesAfter = `
  MATCH (f:PenstockFamily) WHERE f.key > $given.after
  RETURN f.key AS family ORDER BY f.key LIMIT toInteger($given.limit)`;

/**
 * $families → names of those that have several or an alias, or one that acronyms join with others. An alias shows if
 * each mention of it is one of its entity, and no fact is left on it.
 */
export const namesOfFamilies = `
  UNWIND $given.families AS family
  CALL (family) {
    MATCH (n:Entity {family: family}) RETURN n
    UNION
    MATCH (n:PenstockAlias {family: family}) RETURN n
  }
  WITH family, collect(n) AS names
  WITH family, names, head(names) AS first
  WHERE size(names) > 1 OR first:PenstockAlias OR EXISTS { (first)-[:PENSTOCK_MEANS]-() }
  UNWIND names AS n
  RETURN family, elementId(n) AS id, n.uuid AS uuid,
    CASE WHEN n:PenstockAlias THEN coalesce(n.stands_for, '') END AS standsFor,
    NOT EXISTS {
      MATCH (n)<-[:PENSTOCK_MENTIONS]-(e) WHERE NOT EXISTS { (e)-[:MENTIONS]->(:Entity {uuid: n.stands_for}) }
    } AND NOT EXISTS { (n:PenstockAlias)-[:RELATES_TO]-() } AS shows`;

/** $uuids. Locks the ends of facts → their uuids; and the entities themselves. */
export const lockFactEnds = `
  MATCH (s)-[r:RELATES_TO]->(t) WHERE r.uuid IN $given.uuids
  UNWIND [s, t] AS n
  WITH DISTINCT n ORDER BY n.uuid
  SET n:Entity
  RETURN n.uuid AS uuid`;
export const lockLoneEntities = `
  MATCH (n:Entity) WHERE n.uuid IN $given.uuids
  WITH n ORDER BY n.uuid
  SET n:Entity`;

/** $uuids → how many entities hung on nothing. */
export const removeLoneEntities = `
  MATCH (n:Entity) WHERE n.uuid IN $given.uuids AND NOT EXISTS { (n)-[r]-() WHERE type(r) <> 'PENSTOCK_MEANS' }
  WITH collect(n) AS lone
  FOREACH (n IN lone | DETACH DELETE n)
  RETURN size(lone) AS count`;

/** $key, $ingestionId */
export const forgetLive = `
  MATCH (d:PenstockDocument {key: $given.key}) WHERE d.liveIngestion = $given.ingestionId
  SET d.liveIngestion = null, d.liveVersion = 0`;

const isOldTombstone = `NOT m.state IN ['pending', 'live'] AND m.at < datetime({epochMillis: toInteger($given.before)})`;
const isIdle = `d.liveIngestion IS NULL AND d.touchedAt < datetime({epochMillis: toInteger($given.before)})
  AND NOT EXISTS { MATCH (m:PenstockIngestion {key: d.key}) }`;

/** $after, $before, $limit */
export const oldTombstones = `
  MATCH (m:PenstockIngestion) WHERE m.ingestionId > $given.after AND ${isOldTombstone}
  RETURN m.ingestionId AS id, m.ingestionId AS ingestionId, m.namespace AS namespace, m.documentId AS documentId
  ORDER BY m.ingestionId LIMIT toInteger($given.limit)`;
export const idleDocuments = `
  MATCH (d:PenstockDocument) WHERE d.key > $given.after AND ${isIdle}
  RETURN d.key AS id, null AS ingestionId, d.namespace AS namespace, d.documentId AS documentId
  ORDER BY d.key LIMIT toInteger($given.limit)`;

/** $ingestionIds, $before → how many went. */
export const forgetIngestions = `
  MATCH (m:PenstockIngestion) WHERE m.ingestionId IN $given.ingestionIds
  SET m:PenstockIngestion
  WITH m WHERE ${isOldTombstone}
  WITH collect(m) AS old
  FOREACH (m IN old | DELETE m)
  RETURN size(old) AS count`;

/** $keys, sorted, $before → how many went. */
export const forgetDocuments = `
  UNWIND $given.keys AS key
  MATCH (d:PenstockDocument {key: key})
  SET d:PenstockDocument
  WITH d WHERE ${isIdle}
  WITH collect(d) AS idle
  FOREACH (d IN idle | DELETE d)
  RETURN size(idle) AS count`;
