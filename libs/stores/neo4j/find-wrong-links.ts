import type { Driver } from 'neo4j-driver';

import { namespaceOf, wrongLinks, type FamilyLink } from '#identity';
import type { Page, WrongNames } from '#stores/auditor';

import { familiesAfter, namesOfFamilies } from './audit-cypher.js';
import { familiesBeside } from './family-statements.js';
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
    const own = new Set(families);
    const ofPage = <T extends { readonly family: string }>(some: readonly T[]): T[] =>
      some.filter(({ family }) => own.has(family));
    // What an acronym stands for depends on what that does in its own family.
    const beside = (await run(familiesBeside, { families })).map(({ family }) => family as string);
    const names = await namesOf(run, [...new Set([...families, ...beside])]);
    const wrong = wrongLinks(storedOf(ofPage(names)), ofPage(await deriveLinks(run, names)));
    const moving = await movedSince(run, wrong, names);
    const items = wrong
      .filter(({ family }) => !moving.has(family) && !beside.some((one) => moving.has(one)))
      .map(({ family, uuid }) => ({ id: uuid, family, namespace: namespaceOf(family) }));
    return { items, next: page.length < limit ? undefined : families.at(-1) };
  });
}

async function namesOf(run: Run, families: readonly string[]): Promise<Name[]> {
  return (await run(namesOfFamilies, { families })) as unknown as Name[];
}

/**
 * Which families moved, if any are suspected. Statements of one transaction see what others commit in between: what
 * moved while it was read was not seen whole.
 */
async function movedSince(
  run: Run,
  suspects: readonly { readonly family: string }[],
  before: readonly Name[],
): Promise<ReadonlySet<string>> {
  if (suspects.length === 0) return new Set();
  const families = [...new Set([...before, ...suspects].map(({ family }) => family))];
  const moved = wrongLinks(storedOf(before), storedOf(await namesOf(run, families)));
  return new Set(moved.map(({ family }) => family));
}

/** An alias that shows nowhere stands for nothing. */
function storedOf(names: readonly Name[]): FamilyLink[] {
  return names.flatMap(({ family, uuid, standsFor, shows }) =>
    standsFor === null ? [] : [{ family, uuid, standsFor: shows ? standsFor : '' }],
  );
}
