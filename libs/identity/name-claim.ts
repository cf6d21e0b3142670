import type { NameClaim } from '#events';

/** What a document says of one of its names: that it and a name of another document are one. */
export type ClaimOfName = Omit<NameClaim, 'entityUuid'>;

/** A claim as stores keep it with the name that it is about: words without spaces. */
export function claimText({ otherUuid, otherIngestionId, isShort }: ClaimOfName): string {
  return [otherUuid, otherIngestionId, isShort ? 'short' : 'long'].join(' ');
}

/** Claims of the part about a name, as stores keep them, each once and sorted. */
export function claimTexts(claims: readonly NameClaim[], uuid: string): string[] {
  return [...new Set(claims.filter(({ entityUuid }) => entityUuid === uuid).map(claimText))].sort();
}

export function readClaim(text: string): ClaimOfName {
  const [otherUuid = '', otherIngestionId = '', length = ''] = text.split(' ');
  return { otherUuid, otherIngestionId, isShort: length === 'short' };
}
