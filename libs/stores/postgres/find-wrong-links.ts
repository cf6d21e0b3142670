import type { Pool } from 'pg';

import { inTransaction } from '#database';
import { namespaceOf, wrongLinks, type FamilyLink } from '#identity';
import type { Page, WrongNames } from '#stores/auditor';

import { familiesTogether } from './families-together.js';
import { deriveLinks } from './relink.js';

/** Rows that are read one after the other have to be of one moment. */
const oneMoment = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Families whose links are not those that live documents come to, in the order of their keys. */
export function findWrongLinks(pool: Pool, cursor: string | undefined, limit: number): Promise<Page<WrongNames>> {
  return inTransaction(
    pool,
    async (client) => {
      const { rows: page } = await client.query<{ family: string }>(familiesAfter, [cursor ?? '', limit]);
      const families = page.map(({ family }) => family);
      const { rows: stored } = await client.query<FamilyLink>(storedLinks, [families]);
      const { links } = await deriveLinks(client, await familiesTogether(client, families));
      const own = new Set(families);
      const derived = links.filter(({ family }) => own.has(family));
      const items = wrongLinks(stored, derived).map(({ family, uuid }) => ({
        id: uuid,
        family,
        namespace: namespaceOf(family),
      }));
      return { items, next: page.length < limit ? undefined : families.at(-1) };
    },
    oneMoment,
  );
}

/** $1 after, $2 limit → families that are written, or that have links. */
const familiesAfter = `
  (SELECT DISTINCT family FROM penstock.store_entities WHERE family > $1 ORDER BY family LIMIT $2)
  UNION
  (SELECT DISTINCT family FROM penstock.store_entity_links WHERE family > $1 ORDER BY family LIMIT $2)
  ORDER BY family LIMIT $2`;

/** $1 families */
const storedLinks = `
  SELECT family, uuid, stands_for AS "standsFor" FROM penstock.store_entity_links WHERE family = ANY($1::text[])`;
