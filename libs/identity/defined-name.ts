import type { NameClaim } from '#events';

import type { ClaimingName } from './claimed-names.js';
import { claimText, type ClaimOfName } from './name-claim.js';
import { isAcronym } from './short-name.js';

/** An acronym of a part of a document, by its uuid. */
export interface Acronym {
  readonly uuid: string;
  /** Uuids of longer names of the part that it may be short for. */
  readonly longs: readonly string[];
  /** Whether the part says so: `World Health Organization (WHO)`. */
  readonly isDefined: boolean;
}

/**
 * What a document says of its acronyms, as claims about names of its own: that one is short for each longer name that
 * fits, and, where the document defines it, for itself as well, which nobody else would say. So a claim that only fits
 * can be told from one that decides, whatever other parts of the document claim.
 */
export function acronymClaims(ingestionId: string, acronyms: readonly Acronym[]): NameClaim[] {
  return acronyms.flatMap(({ uuid, longs, isDefined }) =>
    [...longs, ...(isDefined ? [uuid] : [])].map((otherUuid) => ({
      entityUuid: uuid,
      ...ownClaim(otherUuid, ingestionId),
    })),
  );
}

function ownClaim(otherUuid: string, ingestionId: string): ClaimOfName {
  return { otherUuid, otherIngestionId: ingestionId, isShort: true };
}

/** Whether the document that writes the name defines it. */
export function isDefined(name: {
  readonly uuid: string;
  readonly ingestionId: string;
  readonly claims: readonly string[];
}): boolean {
  return name.claims.includes(claimText(ownClaim(name.uuid, name.ingestionId)));
}

/**
 * The longer name, of whatever family, that all names of a family stand for: where they are one acronym and no word or
 * company besides, some document defines it, and of all longer names that documents have for it there is one. Undefined
 * in doubt. `meaning` says which name another one stands for in its own family.
 */
export function definedLong(
  members: readonly (ClaimingName & { readonly name: string })[],
  meaning: (uuid: string) => string,
): string | undefined {
  if (!members.every(({ name }) => isAcronym(name.replaceAll('.', '')))) return undefined;
  const said = members.flatMap(({ claims }) => [...claims].flatMap(([document, own]) => saidByItself(document, own)));
  const names = new Set(members.map(({ uuid }) => uuid));
  const [long, ...others] = new Set(said.filter((uuid) => !names.has(uuid)).map(meaning));
  return others.length === 0 && said.some((uuid) => names.has(uuid)) ? long : undefined;
}

function saidByItself(document: string, claims: readonly ClaimOfName[]): string[] {
  return claims
    .filter(({ isShort, otherIngestionId }) => isShort && otherIngestionId === document)
    .map(({ otherUuid }) => otherUuid);
}
