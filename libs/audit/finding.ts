import type { DocumentRef, StoreCounts } from '#events';
import type { DocumentHoldings, PieceKind } from '#stores/auditor';
import type { StoreName } from '#stores/port';

/**
 * What can be wrong. `orphan`: pieces of an ingestion that ended or that nobody ever submitted. `stale-pending`: pieces
 * still waiting for a decision that was made. `second-version`: an old version seen beside the live one. `missing`:
 * nothing of the live version. `torn`: a wrong number or content of its pieces. `not-visible`: its pieces are there,
 * but users don't see them. `wrong-marker`: the pieces are right and the bookkeeping is not. `unsupported-entity` and
 * `unsupported-fact`: in the graph, without a live document that says so. `wrong-names`: joined as one entity, or not,
 * otherwise than live documents say. `stale-tombstone`: kept longer than is set.
 * `unconcluded`: decided as live long ago, and the ledger has not heard from this store that it made it live.
 */
export const findingKinds = [
  'orphan',
  'stale-pending',
  'second-version',
  'missing',
  'torn',
  'not-visible',
  'wrong-marker',
  'unsupported-entity',
  'unsupported-fact',
  'wrong-names',
  'stale-tombstone',
  'unconcluded',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly store: StoreName;
  /** Null for what belongs to no document. */
  readonly document: DocumentRef | null;
  /** Null for pieces that don't say where they belong. */
  readonly namespace: string | null;
  /** Of the ingestion, or of the piece if it belongs to none; empty if neither has one. */
  readonly id: string;
  /** Kinds of pieces that are wrong. */
  readonly kinds: readonly PieceKind[];
  /** For people; never content. */
  readonly detail: string;
}

/** Whether two looks found the same thing. */
export function findingKey({ kind, store, document, id }: Finding): string {
  return JSON.stringify([kind, store, document?.namespace, document?.documentId, id]);
}

/** The ingestion that is live by the ledger. */
export interface LedgerLive {
  readonly ingestionId: string;
  readonly version: number;
  readonly source: string | null;
  readonly title: string | null;
  readonly location: string | null;
  readonly mediaType: string | null;
  /** Not always with all that the document says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly counts: Readonly<StoreCounts>;
  /** Stores that missed the decision; the ledger still waits for their word. */
  readonly behind: readonly StoreName[];
  /** Those of them that undid it, and let none of it in. */
  readonly undone: readonly StoreName[];
}

/** What the ledger says of an ingestion that a store holds. */
export type LedgerSays = 'open' | 'undone' | 'was-live';

/** A document in the ledger. */
export interface LedgerDocument {
  /** Something of it is not concluded, or was concluded while the stores were read. */
  readonly inMotion: boolean;
  readonly live: LedgerLive | undefined;
  /** Ingestions that are not in it were never submitted. */
  readonly ingestions: ReadonlyMap<string, LedgerSays>;
}

/** One look at a document: the stores, then the ledger. */
export interface SeenDocument {
  readonly document: DocumentRef;
  readonly ledger: LedgerDocument;
  readonly stores: readonly SeenInStore[];
}

export interface SeenInStore {
  readonly store: StoreName;
  readonly keeps: readonly PieceKind[];
  readonly held: DocumentHoldings;
}
