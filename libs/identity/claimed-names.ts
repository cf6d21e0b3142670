import type { ClaimOfName } from './name-claim.js';

/** A name that documents write, with what they claim of it. */
export interface ClaimingName {
  readonly uuid: string;
  /** By ingestionId of the documents that write it. */
  readonly documents: ReadonlyMap<string, unknown>;
  /** By ingestionId of the documents that say so. */
  readonly claims: ReadonlyMap<string, readonly ClaimOfName[]>;
}

/** That a document which writes the short name means the long one. */
export interface SaidName<Name> {
  readonly short: Name;
  readonly long: Name;
  /** The document that writes the short name, whichever of the two says so. */
  readonly document: string;
}

/** Claims of which both sides are live, of names of one family; what else documents claim counts for nothing. */
export function heldClaims<Name extends ClaimingName>(names: readonly Name[]): SaidName<Name>[] {
  const byUuid = new Map(names.map((name) => [name.uuid, name]));
  return names.flatMap((name) =>
    [...name.claims].flatMap(([document, claims]) =>
      claims.flatMap(({ otherUuid, otherIngestionId, isShort }): SaidName<Name>[] => {
        const other = byUuid.get(otherUuid);
        if (other === undefined || !other.documents.has(otherIngestionId)) return [];
        return isShort
          ? [{ short: name, long: other, document }]
          : [{ short: other, long: name, document: otherIngestionId }];
      }),
    ),
  );
}
