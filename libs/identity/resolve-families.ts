import { readClaim, type ClaimOfName } from './name-claim.js';
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
  /** What the document claims of the name, by `claimText`. */
  readonly claims: readonly string[];
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
