import { statingDocumentsMax } from '#stores/reading';

/**
 * Statements that only read: the labels and types of the contract, and of the bookkeeping the markers of ingestions,
 * which say of which version of a document an episode is. Values are parameters.
 */

/** Whether an `earlier` fact than `r` had not ended at the moment `at`; a part of a statement. */
const heldThen = 'earlier.starts_at < r.starts_at AND earlier.invalid_at > at';

/**
 * Whether a fact `r` of `source` and `target` had begun at the moment `at`; a part of a statement, with $oneTarget and
 * $oneSource. What states no beginning is taken for what always held, but not while something held that it has ended.
 * No other fact is looked at if `at` is after its document, as now is: all that it could have ended has ended then.
 */
const hadBegun = `(r.valid_at IS NULL OR r.valid_at <= at) AND (r.starts_at <= at.epochMillis OR NOT (
      (r.name IN $oneTarget AND EXISTS {
        MATCH (source)-[earlier:RELATES_TO {name: r.name}]->(other:Entity) WHERE other <> target AND ${heldThen}
      }) OR (r.name IN $oneSource AND EXISTS {
        MATCH (other:Entity)-[earlier:RELATES_TO {name: r.name}]->(target) WHERE other <> source AND ${heldThen}
      })))`;

/**
 * $uuids, $namespace, $ever, $asOf (milliseconds or null for now), $words (in lower case, or null), $offset, $limit,
 * and the relations of which a later fact ends an earlier one, $oneTarget and $oneSource → facts, one row each.
 * Documents are looked up for those only that the limit leaves, by the index of markers; there is no episode beyond the
 * last place.
 */
export const factsAround = `
  UNWIND $uuids AS uuid
  MATCH (n:Entity {uuid: uuid})-[r:RELATES_TO]-(:Entity)
  WHERE n.group_id = $namespace AND r.group_id = $namespace
  WITH DISTINCT r, startNode(r) AS source, endNode(r) AS target,
    CASE WHEN $asOf IS NULL THEN datetime() ELSE datetime({epochMillis: toInteger($asOf)}) END AS at
  WHERE $ever OR ((r.invalid_at IS NULL OR r.invalid_at > at) AND ${hadBegun})
  WITH r, source, target,
    CASE WHEN $words IS NULL THEN '' ELSE toLower(r.fact + ' ' + replace(r.name, '_', ' ')) END AS text
  WITH r, source, target, size([word IN $words WHERE text CONTAINS word]) AS shared,
    $words IS NOT NULL AND source.uuid IN $uuids AND target.uuid IN $uuids AS ties,
    CASE WHEN $ever THEN coalesce(r.valid_at, r.created_at).epochMillis ELSE -size(r.episodes) END AS place
  ORDER BY shared DESC, ties DESC, place, r.uuid SKIP $offset LIMIT $limit
  RETURN r.uuid AS uuid, source.name AS source, source.uuid AS sourceUuid, r.name AS relation, target.name AS target,
    target.uuid AS targetUuid, r.fact AS fact, r.valid_at.epochMillis AS validAt, r.invalid_at.epochMillis AS invalidAt,
    coalesce(size(r.episodes), 0) AS documentCount, COLLECT {
      UNWIND range(0, ${statingDocumentsMax - 1}) AS k
      MATCH (m:PenstockIngestion {ingestionId: r.episodes[k]})
      RETURN m {.documentId, .version, .ingestionId} ORDER BY k
    } AS documents
  ORDER BY shared DESC, ties DESC, place, uuid`;

/** $uuids, $namespace → when these facts hold. */
export const timesOfFacts = `
  UNWIND $uuids AS uuid
  MATCH ()-[r:RELATES_TO {uuid: uuid}]->()
  WHERE r.group_id = $namespace
  RETURN r.uuid AS uuid, r.valid_at.epochMillis AS validAt, r.invalid_at.epochMillis AS invalidAt`;

/** $namespace → how many episodes and facts there are, and entities by their labels. */
export const graphStats = `
  CALL () {
    MATCH (e:Episodic) WHERE e.group_id = $namespace
    RETURN count(e) AS documents
  }
  CALL () {
    MATCH ()-[r:RELATES_TO]->() WHERE r.group_id = $namespace
    RETURN count(r) AS facts
  }
  CALL () {
    MATCH (n:Entity) WHERE n.group_id = $namespace
    WITH n.labels[-1] AS type, count(n) AS entities
    RETURN collect({type: type, entities: entities}) AS types
  }
  RETURN documents, facts, types`;
