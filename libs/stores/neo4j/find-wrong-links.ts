import type { Driver } from 'neo4j-driver';

import { namespaceOf, wrongLinks, type FamilyLink } from '#identity';
import type { Page, WrongNames } from '#stores/auditor';

import { familiesAfter, namesOfFamilies } from './audit-cypher.js';
import { deriveLinks } from './spellings.js';
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
    const wrong = wrongLinks(storedOf(names), await deriveLinks(run, names));
    const moving = await movedSince(run, wrong, names);
    const items = wrong
      .filter(({ family }) => !moving.has(family))
      .map(({ family, uuid }) => ({ id: uuid, family, namespace: namespaceOf(family) }));
    return { items, next: page.length < limit ? undefined : families.at(-1) };
  });
}

async function namesOf(run: Run, families: readonly string[]): Promise<Name[]> {
  return (await run(namesOfFamilies, { families })) as unknown as Name[];
}

/**
 * Which of these families moved. Statements of one transaction see what others commit in between: what moved while it
 * was read was not seen whole.
 */
async function movedSince(
  run: Run,
  suspects: readonly { readonly family: string }[],
  before: readonly Name[],
): Promise<ReadonlySet<string>> {
  if (suspects.length === 0) return new Set();
  const families = suspects.map(({ family }) => family);
  const own = new Set(families);
  const known = before.filter(({ family }) => own.has(family));
  const moved = wrongLinks(storedOf(known), storedOf(await namesOf(run, families)));
  return new Set(moved.map(({ family }) => family));
}

/** An alias that shows nowhere stands for nothing. */
function storedOf(names: readonly Name[]): FamilyLink[] {
  return names.flatMap(({ family, uuid, standsFor, shows }) =>
    standsFor === null ? [] : [{ family, uuid, standsFor: shows ? standsFor : '' }],
  );
}
