import { documentKey, type DocumentEmbedded, type Origin, type StoreCounts, type StoreWritten } from '#events';

export const storeNames = ['neo4j', 'postgres', 'qdrant', 'redis'] as const;
export type StoreName = (typeof storeNames)[number];

/** An ingestion as a store needs to know it. */
export interface IngestionRef {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

/** Every version of the document up to and including `version` goes, and none of them may come back. */
export interface RetractionRef {
  readonly namespace: string;
  readonly documentId: string;
  readonly version: number;
  /** The retraction's own id, for whoever follows what becomes of it. */
  readonly ingestionId?: string;
}

/**
 * What a store remembers of an ingestion. All but `pending` are final or lead only to `replaced` and `retracted`:
 * pending → live | compensated | superseded | retracted; live → replaced | retracted.
 * Every state but `pending` and `live` is a tombstone that refuses late writes; tombstones outlive topic retention.
 */
export type IngestionState = 'pending' | 'live' | 'compensated' | 'superseded' | 'retracted' | 'replaced';

/** What became of one part: `pending` if it is stored now (again), otherwise the state that refused it. */
export type WriteOutcome = IngestionState;

export interface PendingBatch {
  /** Parts of any number of ingestions, in log order. */
  readonly parts: readonly DocumentEmbedded[];
  /**
   * Receipts of the ingestions that this batch makes complete. A store that shares a database with the outbox puts the
   * receipt of an ingestion whose outcome is `pending` there, in the transaction of its write, and says so.
   */
  readonly receipts: readonly StoreWritten[];
  readonly signal: AbortSignal;
}

export interface PendingResult {
  /** One per part, in the order of the parts. */
  readonly outcomes: readonly WriteOutcome[];
  /** True if the receipts were announced with the write; otherwise the caller announces them. */
  readonly receiptsAnnounced: boolean;
}

export interface PromoteResult {
  /**
   * `live`, or the tombstone that stands in the way: `superseded` (a newer version is live), `retracted`,
   * `compensated`, `replaced`.
   */
  readonly state: IngestionState;
  /** Ingestions of the same document that this one replaced now. */
  readonly replaced: readonly string[];
}

export interface CompensateResult {
  readonly state: IngestionState;
  readonly removed: StoreCounts;
}

export interface RetractResult {
  /** Ingestions removed now. */
  readonly removed: readonly string[];
}

/**
 * One store, seen by the saga. Every verb is idempotent, safe to run twice and at the same time as itself; each checks
 * the tombstone in the same atomic step as its write where the store can. Verbs take several ingestions so that a batch
 * costs one round trip; lists never hold the same ingestion (promote, compensate) or document (retract) twice, and each
 * result list is in the order of the arguments.
 *
 * All verbs throw only TransientFailure (nothing or part of it was done, run it again) and PermanentFailure (the store
 * refuses this data: only writePending may throw it, and then nothing of the batch is stored, or what is stored is
 * pending and harmless). A live version is never touched by a pending one.
 *
 * Of two ingestions of one version the one with the greater ingestionId is the newer (ids are lower-case UUIDs and
 * compared as text), so that all stores keep the same one in whatever order they come.
 *
 * An ingestionId belongs to the document that used it first. To any other document it is `compensated` for good:
 * writePending refuses it, the other verbs answer so and leave its owner alone.
 */
export abstract class StoreWriter {
  abstract readonly store: StoreName;

  /**
   * Creates or checks what the store needs: tables, constraints, collections. @throws PermanentFailure on a
   * mismatch.
   */
  abstract prepare(): Promise<void>;

  /**
   * Stores parts beside the live version, visible to nobody. Undo: compensate.
   * @throws PermanentFailure, `ingestion-id-taken` if an ingestionId belongs to another document.
   */
  abstract writePending(batch: PendingBatch): Promise<PendingResult>;

  /**
   * Makes ingestions live, in one atomic step per ingestion where the store can, and removes the version each replaces
   * (its state becomes `replaced`). An ingestion older than the live version becomes `superseded` and is removed; one
   * at or below the document's retraction becomes `retracted` and is removed.
   */
  abstract promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]>;

  /**
   * Removes everything that carries the ingestionId and leaves the tombstone `compensated`, also if there was nothing
   * (empty rollback). An ingestion that is already live or a tombstone keeps its state, which is returned.
   */
  abstract compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]>;

  /** Removes every version up to the given one, live or pending, and remembers the retraction on the document. */
  abstract retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]>;

  /** What the store remembers of ingestions; undefined where it knows nothing. */
  abstract states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]>;

  abstract close(): Promise<void>;
}

export interface StoredChunk {
  readonly seq: number;
  readonly text: string;
  readonly tokenCount: number;
  readonly chunkId: string;
  /** Offsets in the text of the document, in UTF-16 units. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** Headings above the chunk, outermost first. */
  readonly headingPath: readonly string[];
  /** Page, sheet and rows of the source, as far as its format has them. */
  readonly origin: Readonly<Partial<Origin>> | null;
}

/** An origin without what its format doesn't know, as stores keep it. */
export function knownOrigin(origin: Readonly<Origin>): Partial<Origin> {
  return Object.fromEntries(Object.entries(origin).filter(([, value]) => value !== null));
}

/** An origin as events have it; null where the format has none. */
export function wholeOrigin(known: Readonly<Partial<Origin>> | null | undefined): Origin | null {
  return known ? { page: null, lastPage: null, sheet: null, row: null, lastRow: null, ...known } : null;
}

/** A live document with its chunks in order. */
export interface StoredDocument {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
  readonly title: string | null;
  readonly source: string;
  readonly location: string | null;
  readonly mediaType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly chunkCount: number;
  /** Milliseconds since the epoch. */
  readonly liveAt: number;
  readonly chunks: readonly StoredChunk[];
}

type Version = Pick<IngestionRef, 'ingestionId' | 'version'>;

/** Two ingestions of one version are ordered by their time-ordered ids, so that all stores keep the same one. */
export function isNewer(a: Version, b: Version): boolean {
  return a.version === b.version ? a.ingestionId > b.ingestionId : a.version > b.version;
}

/**
 * Cuts a list into groups of at most `size` in which no document stands twice, keeping the order of each document's
 * ingestions: a version can only be replaced by a later group.
 */
export function promotionGroups(ingestions: readonly IngestionRef[], size: number): IngestionRef[][] {
  const groups: IngestionRef[][] = [];
  let documents = new Set<string>();
  for (const ingestion of ingestions) {
    const document = documentKey(ingestion);
    const last = groups.at(-1);
    if (last === undefined || last.length === size || documents.has(document)) {
      groups.push([ingestion]);
      documents = new Set([document]);
    } else {
      last.push(ingestion);
      documents.add(document);
    }
  }
  return groups;
}
