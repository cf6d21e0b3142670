/**
 * From when a fact holds and when it ended, derived from what the live episodes say, so that the order in which they
 * came leaves no trace and taking one away undoes exactly what it brought. An edge keeps what each of its episodes
 * says beside `episodes` (in the same order: stated_from, stated_until, stated_at, the time of the document; all in
 * milliseconds), and `starts_at`, the moment that contradictions are ordered by: the earliest stated beginning, else
 * the earliest document.
 */

function least(list: string): string {
  return `reduce(least = null, x IN ${list} | CASE WHEN x = $given.noTime OR least <= x THEN least ELSE x END)`;
}

function moment(milliseconds: string): string {
  return `CASE WHEN ${milliseconds} IS NULL THEN null ELSE datetime({epochMillis: ${milliseconds}}) END`;
}

/** Sets the times of edges `r` from what their episodes say; a part of a statement, with $noTime. */
export const deriveTimes = `
  WITH r, ${least('r.stated_from')} AS from, ${least('r.stated_until')} AS until, ${least('r.stated_at')} AS at
  SET r.starts_at = coalesce(from, at), r.valid_at = ${moment('from')}, r.invalid_at = ${moment('until')}`;

/**
 * $entities (uuids, all locked), $oneTarget, $oneSource, $noTime. A relation stands in one of the two lists, so the
 * rivals of an edge all hang on one entity, and whoever changes one of them has locked it. Facts with the same
 * moment stay open.
 */
export const closeContradicted = `
  UNWIND $given.entities AS uuid
  MATCH (n:Entity {uuid: uuid})-[r:RELATES_TO]-(other:Entity)
  WHERE (r.name IN $given.oneTarget AND startNode(r) = n) OR (r.name IN $given.oneSource AND endNode(r) = n)
  WITH n, r.name AS name, collect({edge: r, other: other}) AS rivals
  UNWIND rivals AS rival
  WITH rival.edge AS r, [one IN rivals WHERE one.other <> rival.other AND one.edge.starts_at > rival.edge.starts_at |
    one.edge.starts_at] AS later
  WITH r, later + r.stated_until AS ends
  WITH r, ${least('ends')} AS ended
  SET r.invalid_at = ${moment('ended')}`;
