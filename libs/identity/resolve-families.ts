import { resolveFamily, type EntityLink, type FamilyMember } from './resolve-family.js';

/** A name that a live document writes. */
export interface WrittenName {
  readonly family: string;
  readonly uuid: string;
  readonly type: string;
  /** Canonical. */
  readonly name: string;
  readonly ingestionId: string;
  /** Families of what stands in the same passages. */
  readonly companions: readonly string[];
}

/** A link in its family. */
export interface FamilyLink extends EntityLink {
  readonly family: string;
}

/** Which names stand for others, each family by itself, from all that live documents write of these families. */
export function resolveFamilies(written: readonly WrittenName[]): FamilyLink[] {
  return [...Map.groupBy(written, ({ family }) => family)].flatMap(([family, own]) => {
    const members = membersOf(own);
    return members.length < 2 ? [] : resolveFamily(members).map((link) => ({ ...link, family }));
  });
}

function membersOf(written: readonly WrittenName[]): FamilyMember[] {
  return [...Map.groupBy(written, ({ uuid }) => uuid)].flatMap(([uuid, own]) => {
    const [first] = own;
    return first ? [{ uuid, type: first.type, name: first.name, documents: companionsByDocument(own) }] : [];
  });
}

function companionsByDocument(written: readonly WrittenName[]): Map<string, Set<string>> {
  const byDocument = Map.groupBy(written, ({ ingestionId }) => ingestionId);
  return new Map(
    [...byDocument].map(([ingestionId, own]) => [ingestionId, new Set(own.flatMap(({ companions }) => companions))]),
  );
}
