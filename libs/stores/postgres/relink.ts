import type { PoolClient } from 'pg';

import { companionTypes, familyDocumentsMax, resolveFamilies, type FamilyLink, type WrittenName } from '#identity';

import { familiesTogether, isClaimed } from './families-together.js';
import { saidOfNames } from './live-names.js';

/**
 * $1 ingestions to come, $2 to go → families of the names they write. As one condition the two would have PostgreSQL
 * read all ingestions there are.
 */
const familiesWritten = `
  SELECT family FROM penstock.store_entities WHERE ingestion_id = ANY($1::uuid[]) AND family IS NOT NULL
  UNION
  SELECT e.family FROM penstock.store_entities e JOIN penstock.store_ingestions i USING (ingestion_id)
  WHERE e.ingestion_id = ANY($2::uuid[]) AND e.family IS NOT NULL AND i.state = 'live'`;

/** Locks of families by their hash: a bounded number, as PostgreSQL keeps advisory locks in shared memory. */
const lockClass = 7_105;
const lockBuckets = 1_024;

/**
 * Families of the names that ingestions write: of those given first whether they are live or not, of the others if
 * they are; and those that acronyms join with them. Locked until the end of the transaction, all in one order and after
 * the documents.
 */
export async function lockFamilies(
  client: PoolClient,
  promoted: readonly string[],
  buried: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ family: string }>(familiesWritten, [promoted, buried]);
  return lockTogether(
    client,
    rows.map(({ family }) => family),
  );
}

/**
 * Locks families and all that acronyms join with them. A claim of an acronym changes under the locks of both families,
 * so what was found is whole once it is found again under its locks. Out of order is only what came in between; who
 * meets somebody there fails, and comes again.
 */
async function lockTogether(client: PoolClient, given: readonly string[]): Promise<string[]> {
  let families = await familiesTogether(client, given);
  for (;;) {
    if (families.length === 0) return families;
    await lock(client, families);
    const found = await familiesTogether(client, families);
    if (found.length === families.length) return families;
    families = found;
  }
}

async function lock(client: PoolClient, families: readonly string[]): Promise<void> {
  await client.query(
    `SELECT pg_advisory_xact_lock($1::int, bucket) FROM (
       SELECT DISTINCT (hashtextextended(family, 0) & ($2::int - 1))::int AS bucket
       FROM unnest($3::text[]) AS given (family) ORDER BY bucket) AS buckets`,
    [lockClass, lockBuckets, families],
  );
}

/** Locks families until the end of the transaction, and derives their links anew. */
export async function relinkLocked(client: PoolClient, families: readonly string[]): Promise<void> {
  await relink(client, await lockTogether(client, families));
}

/** Derives from what is live which names of these families, all locked, stand for others. */
export async function relink(client: PoolClient, locked: readonly string[]): Promise<void> {
  if (locked.length === 0) return;
  const { families, links } = await deriveLinks(client, locked);
  if (families.length === 0) return;
  await client.query('DELETE FROM penstock.store_entity_links WHERE family = ANY($1::text[])', [families]);
  if (links.length === 0) return;
  await client.query(
    `INSERT INTO penstock.store_entity_links (uuid, stands_for, family)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[])`,
    [links.map(({ uuid }) => uuid), links.map(({ standsFor }) => standsFor), links.map(({ family }) => family)],
  );
}

/**
 * Of given families, among them all that acronyms join with one of them, those that have several names or links, and
 * which of these names stand for others.
 */
export async function deriveLinks(
  client: PoolClient,
  given: readonly string[],
): Promise<{ readonly families: readonly string[]; readonly links: readonly FamilyLink[] }> {
  const { rows: open } = await client.query<{ family: string; claimed: boolean }>(familiesToResolve, [given]);
  if (open.length === 0) return { families: [], links: [] };
  const families = open.map(({ family }) => family);
  const claimed = open.filter((one) => one.claimed).map(({ family }) => family);
  const values = [families, companionTypes, familyDocumentsMax, claimed];
  const { rows } = await client.query<WrittenName>(membersOfFamilies, values);
  return { families, links: resolveFamilies(rows) };
}

/**
 * $1 families → those with several names, pending ones included, or with links that may be outdated, or of one name
 * that is claimed to be an acronym. The first and the last name say so: a name that a whole corpus writes is not read
 * through for each document that writes it again.
 */
const familiesToResolve = `
  SELECT family, claimed FROM unnest($1::text[]) AS given (family)
  CROSS JOIN LATERAL (
    SELECT (SELECT e.uuid FROM penstock.store_entities e WHERE e.family = given.family ORDER BY e.uuid LIMIT 1) AS first,
      (SELECT e.uuid FROM penstock.store_entities e WHERE e.family = given.family ORDER BY e.uuid DESC LIMIT 1) AS last
  ) AS names
  CROSS JOIN LATERAL (SELECT ${isClaimed('names.first')} AS claimed) AS acronym
  WHERE first <> last OR claimed
    OR EXISTS (SELECT FROM penstock.store_entity_links l WHERE l.family = given.family)`;

/**
 * $1 families, $2 types of companions, $3 most documents of a family, $4 families that are read though they have one
 * name → what live documents write of the families that have several names. Families of more documents stay as they
 * are, so what stands beside their names is not read.
 */
const membersOfFamilies = `
  WITH named AS (
    SELECT e.family, e.uuid, e.type, e.name, e.ingestion_id
    FROM penstock.store_entities e JOIN penstock.live_documents d USING (ingestion_id)
    WHERE e.family = ANY($1::text[])
  ), several AS (
    SELECT family FROM named GROUP BY family
    HAVING (count(DISTINCT uuid) > 1 OR family = ANY($4::text[])) AND count(DISTINCT ingestion_id) <= $3
  )
  SELECT ${saidOfNames}
  FROM named n JOIN several USING (family)`;
