import type { DocumentRef } from '#events';
import { PermanentFailure } from '#failure';
import { LedgerReader } from '#ledger';

/** Reads live documents: from the cache, or from PostgreSQL, refilling the cache. */
export abstract class LiveDocuments {
  abstract read(ref: DocumentRef): Promise<LiveDocument | undefined>;
  /** Chunks of the live version from one on, without reading the others. */
  abstract chunks(ref: DocumentRef, range: ChunkRange): Promise<LiveChunks | undefined>;
}

/** `from` counts from 0. */
export interface ChunkRange {
  readonly from: number;
  readonly limit: number;
}

export interface LiveChunks {
  /** How many there are in all. */
  readonly chunkCount: number;
  readonly chunks: readonly object[];
  readonly [field: string]: unknown;
}

export interface LiveDocument {
  readonly ingestionId: string;
  readonly chunks: readonly { readonly seq: number; readonly text: string; readonly tokenCount: number }[];
  readonly [field: string]: unknown;
}

/** One document as a user asks for it: what is live, and what became of its ingestions. */
export class DocumentView {
  constructor(
    private readonly ledger: LedgerReader,
    private readonly documents: LiveDocuments,
  ) {}

  /** @throws PermanentFailure `not-found` if nothing was ever submitted under this name. */
  async read(ref: DocumentRef, { chunks }: { readonly chunks: boolean }): Promise<unknown> {
    const known = await this.ledger.document(ref);
    if (known === undefined) throw new PermanentFailure('no such document', { reason: 'not-found' });
    const live = await this.documents.read(ref);
    if (live === undefined) return { ...known, live: null };
    const { chunks: passages, ...document } = live;
    return { ...known, live: chunks ? { ...document, chunks: passages } : document };
  }

  /** A page of the text, and where the next one begins. @throws PermanentFailure `not-found` if nothing is live. */
  async chunks(ref: DocumentRef, range: ChunkRange): Promise<LiveChunks> {
    const found = await this.documents.chunks(ref, range);
    if (found === undefined) throw new PermanentFailure('no version of this document is live', { reason: 'not-found' });
    const next = range.from + range.limit;
    return next < found.chunkCount ? { ...found, nextFrom: next } : found;
  }
}
