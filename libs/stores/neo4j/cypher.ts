/**
 * Every statement Penstock runs. Values are parameters, which comments here call $name and which stand in one map,
 * `$given` (given.ts). Labels come from the closed map in mapping.ts.
 *
 * `SET n:Label` on a node that has the label changes nothing and takes the write lock on the node; it fails if the node
 * was deleted meanwhile, where `REMOVE n.nothing` would go on silently. Whoever changes something locks documents
 * first, then entities, each in sorted order, so that transactions wait for each other and don't deadlock.
 */

/** $documents, sorted by key. A statement of its own: what is read in it might be read before the lock is held. */
export const lockDocuments = `
  UNWIND $given.documents AS document
  MERGE (d:PenstockDocument {key: document.key})
  ON CREATE SET d.namespace = document.namespace, d.documentId = document.documentId,
    d.liveVersion = 0, d.retractedThrough = 0, d.touchedAt = datetime()
  SET d:PenstockDocument`;

/** $ingestions → what is remembered of each. */
export const readMarkers = `
  UNWIND $given.ingestions AS ingestion
  MATCH (d:PenstockDocument {key: ingestion.key})
  OPTIONAL MATCH (m:PenstockIngestion {ingestionId: ingestion.ingestionId})
  RETURN ingestion.ingestionId AS ingestionId, m.key <> ingestion.key AS foreign, m.state AS state, d.liveVersion AS liveVersion,
    d.liveIngestion AS liveIngestion, d.retractedThrough AS retractedThrough`;

/** $ingestions → states of those that are known, or that a retraction of their document covers. */
export const readStates = `
  UNWIND $given.ingestions AS ingestion
  OPTIONAL MATCH (m:PenstockIngestion {ingestionId: ingestion.ingestionId})
  OPTIONAL MATCH (d:PenstockDocument {key: ingestion.key}) WHERE d.retractedThrough >= ingestion.version
  WITH ingestion, m, d WHERE m IS NOT NULL OR d IS NOT NULL
  RETURN ingestion.ingestionId AS ingestionId,
    CASE WHEN m IS NULL THEN 'retracted' WHEN m.key = ingestion.key THEN m.state ELSE 'compensated' END AS state`;

/** $ingestions, each with its new state → those whose id another document has, which keeps its marker. */
export const writeMarkers = `
  UNWIND $given.ingestions AS ingestion
  MERGE (m:PenstockIngestion {ingestionId: ingestion.ingestionId})
  ON CREATE SET m.key = ingestion.key, m.namespace = ingestion.namespace, m.documentId = ingestion.documentId,
    m.version = toInteger(ingestion.version)
  FOREACH (_ IN CASE WHEN m.key = ingestion.key THEN [1] ELSE [] END |
    SET m.state = ingestion.state, m.at = datetime())
  WITH m, ingestion WHERE m.key <> ingestion.key
  RETURN m.ingestionId AS ingestionId`;

/** $parts. A part that is there already stays as it is. */
export const writeParts = `
  UNWIND $given.parts AS part
  MERGE (p:PenstockPendingPart {key: part.key})
  ON CREATE SET p += part`;

/** $ingestionIds → what is stored of each, counted before it is removed. */
export const countParts = `
  UNWIND $given.ingestionIds AS ingestionId
  MATCH (p:PenstockPendingPart {ingestionId: ingestionId})
  WITH ingestionId, collect(p) AS parts
  RETURN ingestionId, size(parts) AS parts,
    toInteger(reduce(sum = 0, p IN parts | sum + p.chunkCount)) AS chunks,
    toInteger(reduce(sum = 0, p IN parts | sum + p.mentionCount)) AS mentions,
    COUNT { UNWIND parts AS p UNWIND p.entityUuids AS uuid RETURN DISTINCT uuid } AS entities,
    COUNT { UNWIND parts AS p UNWIND p.factUuids AS uuid RETURN DISTINCT uuid } AS facts`;

/** $ingestionIds */
export const removeParts = `
  MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.ingestionIds
  DELETE p`;

/**
 * $promoted, $removed (ingestionIds), $members (uuids of names that may be joined or parted). Creates the new
 * entities, still without a name, and locks new and old ones, and what facts of the members lead to → their ids.
 */
export const lockEntities = `
  CALL () {
    MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.promoted
    UNWIND p.entityUuids AS uuid
    RETURN uuid
    UNION
    MATCH (e:Episodic)-[:MENTIONS|PENSTOCK_MENTIONS]->(n:Entity) WHERE e.uuid IN $given.removed
    RETURN n.uuid AS uuid
    UNION
    UNWIND $given.members AS uuid
    RETURN uuid
    UNION
    MATCH (n:Entity)-[:RELATES_TO]-(other:Entity) WHERE n.uuid IN $given.members
    RETURN other.uuid AS uuid
  }
  WITH uuid ORDER BY uuid
  MERGE (n:Entity {uuid: uuid})
  SET n:Entity
  RETURN elementId(n) AS id`;

/** $promoted. An entity that is there already is what its uuid stands for: as it is, unless it was damaged. */
export const describeEntities = `
  MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.promoted
  WITH p.namespace AS namespace, p.createdAt AS createdAt, p.entityUuids AS uuids, p.entityNames AS names,
    p.entityTypes AS types, p.entityLabels AS labels, coalesce(p.entityFamilies, []) AS families
  UNWIND range(0, size(uuids) - 1) AS k
  MATCH (n:Entity {uuid: uuids[k]})
  WITH n, namespace, createdAt, names[k] AS name, types[k] AS type, labels[k] AS label, families[k] AS family
  WHERE n.name IS NULL OR n.family IS NULL OR n.name <> name OR n.labels <> ['Entity', type]
  SET n.name = name, n.group_id = namespace, n.labels = ['Entity', type], n.summary = coalesce(n.summary, ''),
    n.family = family, n.created_at = coalesce(n.created_at, datetime({epochMillis: toInteger(createdAt)})),
    n:$(label)`;

/** $promoted → how many episodes there are. entity_edges is Graphiti's name for the facts an episode states. */
export const createEpisodes = `
  UNWIND $given.promoted AS ingestionId
  MATCH (p:PenstockPendingPart {key: ingestionId + '/1'})
  CALL (ingestionId) {
    MATCH (part:PenstockPendingPart {ingestionId: ingestionId})
    UNWIND part.factUuids AS uuid
    RETURN collect(DISTINCT uuid) AS facts
  }
  CREATE (e:Episodic {uuid: ingestionId, group_id: p.namespace, name: p.name, content: p.content, source: p.source,
    source_description: p.sourceDescription, document_id: p.documentId, entity_edges: facts,
    created_at: datetime({epochMillis: toInteger(p.createdAt)}),
    valid_at: datetime({epochMillis: toInteger(p.validAt)})})
  RETURN count(e) AS created`;

/** Lists that came joined, one for each part, as one list; a part of a statement, with $separator. */
function taken(joined: string): string {
  return `split(reduce(all = '', x IN ${joined} | all + x + $given.separator), $given.separator)`;
}

/** $promoted, $separator. A mention keeps what its episode says of the entity: names and summaries are made of it. */
export const createMentions = `
  MATCH (p:PenstockPendingPart) WHERE p.ingestionId IN $given.promoted
  WITH p ORDER BY p.ingestionId, p.part
  WITH p.ingestionId AS ingestionId, p.entityUuids AS uuids, p.mentionUuids AS mentions,
    p.entityCompanions AS beside, p.entitySpellings AS written, p.entityClaims AS claimed,
    p.entitySummaries AS summaries
  UNWIND range(0, size(uuids) - 1) AS k
  WITH ingestionId, uuids[k] AS uuid, mentions[k] AS mention,
    collect(beside[k]) AS companions, collect(written[k]) AS spellings,
    [claim IN collect(claimed[k]) WHERE claim <> ''] AS claims,
    coalesce(head([summary IN collect(summaries[k]) WHERE summary <> '']), '') AS summary
  MATCH (e:Episodic {uuid: ingestionId})
  MATCH (n:Entity {uuid: uuid})
  CREATE (e)-[:MENTIONS {uuid: mention, group_id: e.group_id, created_at: e.created_at, summary: summary,
    companions: ${taken('companions')}, spellings: ${taken('spellings')},
    claims: CASE WHEN size(claims) > 0 THEN ${taken('claims')} END}]->(n)`;

/** $removed. Takes the episodes and the entities that then hang on nothing at all. */
export const removeEpisodes = `
  MATCH (e:Episodic) WHERE e.uuid IN $given.removed
  OPTIONAL MATCH (e)-[:MENTIONS]->(n:Entity)
  WITH collect(DISTINCT e) AS episodes, collect(DISTINCT n) AS entities
  FOREACH (e IN episodes | DETACH DELETE e)
  WITH entities
  UNWIND entities AS n
  WITH n WHERE NOT EXISTS { (n)--() }
  DELETE n`;

/** $promoted (rows) */
export const markLive = `
  UNWIND $given.promoted AS ingestion
  MATCH (d:PenstockDocument {key: ingestion.key})
  SET d.liveVersion = toInteger(ingestion.version), d.liveIngestion = ingestion.ingestionId`;

/** $states (ingestionId, state) of ingestions that are known. */
export const markStates = `
  UNWIND $given.states AS change
  MATCH (m:PenstockIngestion {ingestionId: change.ingestionId})
  SET m.state = change.state, m.at = datetime()`;

/** $documents (key, version) → the ingestions that are there to be removed. */
export const findRetracted = `
  UNWIND $given.documents AS document
  MATCH (m:PenstockIngestion {key: document.key})
  WHERE m.version <= document.version AND m.state IN ['pending', 'live']
  RETURN document.key AS key, m.ingestionId AS ingestionId`;

/** $documents (key, version) */
export const markRetracted = `
  UNWIND $given.documents AS document
  MATCH (d:PenstockDocument {key: document.key})
  SET d.touchedAt = datetime(), d.retractedThrough = CASE WHEN d.retractedThrough < document.version
      THEN toInteger(document.version) ELSE d.retractedThrough END,
    d.liveIngestion = CASE WHEN d.liveVersion <= document.version THEN null ELSE d.liveIngestion END`;
