import type { FamilyLink } from './resolve-families.js';

/** A name of a family whose link is not the one that live documents come to. */
export interface WrongLink {
  readonly family: string;
  readonly uuid: string;
}

/** Of each family the first name whose link is stored otherwise than it is derived, or only one of both. */
export function wrongLinks(stored: readonly FamilyLink[], derived: readonly FamilyLink[]): WrongLink[] {
  const wrong = [...unlike(stored, derived), ...unlike(derived, stored)].toSorted(inOrder);
  return [...Map.groupBy(wrong, ({ family }) => family).values()].flatMap(([first]) =>
    first ? [{ family: first.family, uuid: first.uuid }] : [],
  );
}

function inOrder(a: FamilyLink, b: FamilyLink): number {
  return (a.family === b.family ? a.uuid < b.uuid : a.family < b.family) ? -1 : 1;
}

function unlike(links: readonly FamilyLink[], others: readonly FamilyLink[]): FamilyLink[] {
  const known = new Set(others.map(linkKey));
  return links.filter((link) => !known.has(linkKey(link)));
}

function linkKey({ family, uuid, standsFor }: FamilyLink): string {
  return JSON.stringify([family, uuid, standsFor]);
}
