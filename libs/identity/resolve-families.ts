import { definedLong } from './defined-name.js';
import { readClaim, type ClaimOfName } from './name-claim.js';
import { isCrowded, resolveFamily, type EntityLink, type FamilyMember } from './resolve-family.js';

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
  /** What the document claims of the name, by `claimText`. */
  readonly claims: readonly string[];
}

/** A link in its family. */
export interface FamilyLink extends EntityLink {
  readonly family: string;
}

/**
 * Which names stand for others, from all that live documents write of these families: each family by itself, and then
 * acronyms that documents define for a longer name, which is of another family. That one's names need to be given only
 * if there are several, as one alone stands for nothing else.
 */
export function resolveFamilies(written: readonly WrittenName[]): FamilyLink[] {
  const families = [...Map.groupBy(written, ({ family }) => family)].map(([family, own]) => ({
    family,
    members: membersOf(own),
  }));
  const links = families.flatMap(({ family, members }) =>
    members.length < 2 ? [] : resolveFamily(members).map((link) => ({ ...link, family })),
  );
  const defined = definedFamilies(families, links);
  const acronyms = families.flatMap(({ family, members }) => {
    const standsFor = defined.get(family);
    return standsFor === undefined ? [] : members.map(({ uuid }) => ({ uuid, standsFor, family }));
  });
  return [...links.filter(({ family }) => !defined.has(family)), ...acronyms];
}

interface Family {
  readonly family: string;
  readonly members: readonly FamilyMember[];
}

/** By family of an acronym: the longer name that it stands for, which never stands for another one. */
function definedFamilies(families: readonly Family[], links: readonly FamilyLink[]): Map<string, string> {
  const known = new Map(links.map(({ uuid, standsFor }) => [uuid, standsFor]));
  const defined = families.flatMap(({ family, members }) => {
    const long = isCrowded(members) ? undefined : definedLong(members, (uuid) => known.get(uuid) ?? uuid);
    return long === undefined ? [] : [{ family, members, long }];
  });
  const acronyms = new Set(defined.flatMap(({ members }) => members.map(({ uuid }) => uuid)));
  return new Map(defined.filter(({ long }) => !acronyms.has(long)).map(({ family, long }) => [family, long]));
}

function membersOf(written: readonly WrittenName[]): FamilyMember[] {
  return [...Map.groupBy(written, ({ uuid }) => uuid)].flatMap(([uuid, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const { type, name } = first;
    return [{ uuid, type, name, documents: companionsByDocument(own), claims: claimsByDocument(own) }];
  });
}

function companionsByDocument(written: readonly WrittenName[]): Map<string, Set<string>> {
  const byDocument = Map.groupBy(written, ({ ingestionId }) => ingestionId);
  return new Map(
    [...byDocument].map(([ingestionId, own]) => [ingestionId, new Set(own.flatMap(({ companions }) => companions))]),
  );
}

function claimsByDocument(written: readonly WrittenName[]): Map<string, ClaimOfName[]> {
  const claiming = Map.groupBy(
    written.filter(({ claims }) => claims.length > 0),
    ({ ingestionId }) => ingestionId,
  );
  return new Map([...claiming].map(([id, own]) => [id, own.flatMap(({ claims }) => claims.map(readClaim))]));
}
