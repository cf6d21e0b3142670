import type { DocumentRef } from '#events';

import type { DocumentHoldings, DocumentQuestion } from './holdings.js';
import type { PieceKind } from './piece-tally.js';
import type { IngestionRef, IngestionState, StoreName } from './store-writer.js';

export { HoldingsTally } from './holdings.js';
export type { DocumentHoldings, DocumentQuestion, Holding } from './holdings.js';
export {
  chunkLine,
  digestOfLine,
  documentLine,
  entityLine,
  entriesDigest,
  entriesIn,
  episodeLine,
  episodeWords,
  factLine,
  metadataDigest,
  originFields,
  pieceKinds,
  placeLine,
  PieceTally,
} from './piece-tally.js';
export type { Pieces, PieceKind, PieceSum } from './piece-tally.js';

/** An ingestion of which there are pieces. The document is undefined if the pieces don't say whose they are. */
export interface FoundIngestion {
  readonly ingestionId: string;
  readonly document: DocumentRef | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; undefined after the last. A page may be empty and not the last. */
  readonly next: string | undefined;
}

/** What only points at an ingestion, or at nothing: no document leads there. */
export interface Leftover {
  readonly kind: 'entity' | 'fact';
  readonly id: string;
  readonly namespace: string;
}

/** Names of one family of which a store says otherwise than its live documents which of them are one entity. */
export interface WrongNames {
  /** Uuid of the first name of which it does. */
  readonly id: string;
  readonly family: string;
  readonly namespace: string;
}

/** A marker that refuses late writes; of a document if there is no ingestionId. */
export interface Tombstone {
  readonly document: DocumentRef;
  readonly ingestionId: string | undefined;
}

/** What an ingestion becomes that ended and whose pieces are removed, by what the store remembered of it. */
export function tombstoneAfter(state: IngestionState | undefined): IngestionState {
  if (state === undefined || state === 'pending') return 'compensated';
  return state === 'live' ? 'replaced' : state;
}

/**
 * One store, seen by the audit: read in pages, and healed in steps that check the store's own fence in the same atomic
 * step, or look at it again afterwards, like those of StoreWriter. Every verb is idempotent and throws only
 * TransientFailure.
 */
export abstract class StoreAuditor {
  abstract readonly store: StoreName;
  /** What the store keeps of a live ingestion. */
  abstract readonly keeps: readonly PieceKind[];

  /** What is held of documents, in their order. Memory does not grow with the size of a document's pieces. */
  abstract inspect(documents: readonly DocumentQuestion[], signal: AbortSignal): Promise<DocumentHoldings[]>;

  /** Every ingestion with pieces, in an order of the store's own; one may come more than once. */
  abstract scan(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<FoundIngestion>>;

  /** Pieces that no ingestion leads to. */
  abstract leftovers(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<Leftover>>;

  /** Removes leftovers that still are some, and answers how many those were. */
  abstract removeLeftovers(leftovers: readonly Leftover[], signal: AbortSignal): Promise<number>;

  /** Families whose names are joined wrongly; one that keeps no names has none. */
  wrongNames(_cursor: string | undefined, _limit: number, _signal: AbortSignal): Promise<Page<WrongNames>> {
    return Promise.resolve({ items: [], next: undefined });
  }

  /** Joins the names of families anew, from what is live. */
  joinAnew(_names: readonly WrongNames[], _signal: AbortSignal): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Removes all pieces of an ingestion that ended and leaves a tombstone, whatever the store remembers. The caller
   * knows that it ended, which never changes; pieces of other ingestions and ids of other documents are left alone.
   */
  abstract remove(ingestion: FoundIngestion, signal: AbortSignal): Promise<void>;

  /**
   * Takes back what the store says of an ingestion that is live elsewhere: pieces of the given kinds go, it becomes
   * pending, and writePending and promote can bring it back. Answers false, and changes nothing, if the document was
   * retracted up to this version or a newer one is live here.
   */
  abstract reopen(ingestion: IngestionRef, kinds: readonly PieceKind[], signal: AbortSignal): Promise<boolean>;

  /** Tombstones that were set before a time, and markers of documents that nothing needs any more. */
  abstract tombstones(
    beforeMs: number,
    page: { readonly cursor: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<Page<Tombstone>>;

  /** Removes those that are still that old, and answers how many those were. */
  abstract forget(tombstones: readonly Tombstone[], beforeMs: number, signal: AbortSignal): Promise<number>;
}
