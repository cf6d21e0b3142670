/** The first and the last name of a family tell whether it has several, without reading who else writes it. */
export const familyNames = `
CREATE INDEX store_entities_family_names ON penstock.store_entities (family, uuid);
DROP INDEX penstock.store_entities_family;
`;

/** What documents claim of their names (ADR 25), each claim in the words of `claimText`; it goes with its document. */
export const nameClaims = `
CREATE TABLE penstock.store_name_claims (
  ingestion_id uuid NOT NULL,
  entity_uuid uuid NOT NULL,
  claim text NOT NULL,
  PRIMARY KEY (ingestion_id, entity_uuid, claim)
);
`;

/** What documents claim of acronyms, where both names are their own: by the acronym, and by the longer name. */
export const acronymClaims = `
CREATE INDEX store_name_claims_acronym ON penstock.store_name_claims (entity_uuid)
  WHERE split_part(claim, ' ', 2) = ingestion_id::text;
CREATE INDEX store_name_claims_long ON penstock.store_name_claims ((split_part(claim, ' ', 1)::uuid))
  WHERE split_part(claim, ' ', 2) = ingestion_id::text;
`;

/** The uuids of a name and of all that stand for it. */
const spellings = `ARRAY(
  SELECT l.uuid FROM penstock.store_entity_links l WHERE l.stands_for = known.uuid) || known.uuid`;

/**
 * Live entities by the name that others stand for, which is always live itself. Only names are grouped, so that asking
 * for one uuid reads what documents write of that one; aliases and summary are looked up for the rows that are asked
 * for.
 */
export const liveEntities = `
CREATE OR REPLACE VIEW penstock.live_entities AS
  SELECT uuid, namespace, name, type, array_remove(ARRAY(
      SELECT DISTINCT regexp_replace(m.evidence, '\\s+', ' ', 'g') AS spelling
      FROM penstock.store_mentions m JOIN penstock.live_documents d USING (ingestion_id)
      WHERE m.entity_uuid = ANY (${spellings})
      ORDER BY spelling), name) AS aliases,
    coalesce((
      SELECT e.summary FROM penstock.store_entities e JOIN penstock.live_documents d USING (ingestion_id)
      WHERE e.uuid = ANY (${spellings}) AND e.summary <> ''
      ORDER BY d.submitted_at, d.ingestion_id, e.uuid LIMIT 1), '') AS summary
  FROM (
    SELECT e.uuid, d.namespace, min(e.name) AS name, min(e.type) AS type
    FROM penstock.live_documents d JOIN penstock.store_entities e USING (ingestion_id)
    WHERE NOT EXISTS (SELECT FROM penstock.store_entity_links l WHERE l.uuid = e.uuid)
    GROUP BY e.uuid, d.namespace) AS known;
`;
