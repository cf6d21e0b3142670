import type { Driver } from 'neo4j-driver';

import { familyDocumentsMax, namespaceOf, resolveFamilies, wrongLinks, type WrittenName } from '#identity';
import type { Page, WrongNames } from '#stores/auditor';

import { readFamilies } from './alias-statements.js';
import { familiesAfter, namesOfFamilies } from './audit-cypher.js';
import { inTransaction, type Run } from './transaction.js';

interface Name {
  readonly family: string;
  readonly id: string;
  readonly uuid: string;
  /** Null for an entity. */
  readonly standsFor: string | null;
  /** Whether what is said under an alias shows as said of the entity. */
  readonly shows: boolean;
}

/**
 * Families whose aliases are not those that live documents come to, or whose mentions or facts don't show on the
 * entity that they are of; in the order of their keys. Those that change meanwhile are left out.
 */
export function findWrongLinks(
  driver: Driver,
  {
    cursor,
    limit,
    signal,
  }: { readonly cursor: string | undefined; readonly limit: number; readonly signal: AbortSignal },
): Promise<Page<WrongNames>> {
  return inTransaction(driver, signal, async (run) => {
    const page = await run(familiesAfter, { after: cursor ?? '', limit });
    const families = page.map(({ family }) => family as string);
    const names = await namesOf(run, families);
    const wrong = wrongLinks(storedOf(names), await derivedOf(run, names));
    const moving = new Set((await movedSince(run, families, names)).map(({ family }) => family));
    const items = wrong
      .filter(({ family }) => !moving.has(family))
      .map(({ family, uuid }) => ({ id: uuid, family, namespace: namespaceOf(family) }));
    return { items, next: page.length < limit ? undefined : families.at(-1) };
  });
}

async function namesOf(run: Run, families: readonly string[]): Promise<Name[]> {
  return (await run(namesOfFamilies, { families })) as unknown as Name[];
}

/** Statements of one transaction see what others commit in between: what moved while it was read was not seen whole. */
async function movedSince(
  run: Run,
  families: readonly string[],
  names: readonly Name[],
): Promise<ReturnType<typeof wrongLinks>> {
  return wrongLinks(storedOf(names), storedOf(await namesOf(run, families)));
}

/** An alias that shows nowhere stands for nothing. */
function storedOf(names: readonly Name[]): { family: string; uuid: string; standsFor: string }[] {
  return names.flatMap(({ family, uuid, standsFor, shows }) =>
    standsFor === null ? [] : [{ family, uuid, standsFor: shows ? standsFor : '' }],
  );
}

async function derivedOf(run: Run, names: readonly Name[]): Promise<ReturnType<typeof resolveFamilies>> {
  if (names.length === 0) return [];
  const written = await run(readFamilies, { ids: names.map(({ id }) => id), documentsMax: familyDocumentsMax });
  return resolveFamilies(written as unknown as WrittenName[]);
}
