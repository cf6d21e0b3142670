import type { DocumentRef } from '#events';
import { PermanentFailure } from '#failure';
import { LedgerReader } from '#ledger';

/** Reads live documents: from the cache, or from PostgreSQL, refilling the cache. */
export abstract class LiveDocuments {
  abstract read(ref: DocumentRef): Promise<LiveDocument | undefined>;
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
}
