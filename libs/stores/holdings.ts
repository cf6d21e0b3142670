import { documentKey, type DocumentRef } from '#events';

import { PieceTally, type Pieces } from './piece-tally.js';
import type { IngestionState } from './store-writer.js';

/** A document to look at, with ingestions that somebody spoke of; a store finds the others that it holds by itself. */
export interface DocumentQuestion extends DocumentRef {
  readonly ingestionIds: readonly string[];
}

/** What a store holds of one ingestion. */
export interface Holding {
  readonly ingestionId: string;
  /** Undefined if the store remembers nothing, or something of another document. */
  readonly state: IngestionState | undefined;
  /** What users see. */
  readonly visible: Pieces;
  /** What they don't: pending, or left behind. */
  readonly hidden: Pieces;
}

export interface DocumentHoldings {
  readonly document: DocumentRef;
  /** The ingestion that the document's marker calls live. */
  readonly liveIngestion: string | undefined;
  /** Ingestions with pieces, and those that were asked for and are remembered. */
  readonly holdings: readonly Holding[];
}

/** What is known of one ingestion of a document while a store's answers come in. */
interface Held {
  readonly ingestionId: string;
  state: IngestionState | undefined;
  readonly visible: PieceTally;
  readonly hidden: PieceTally;
}

/** Collects what a store holds of documents, in whatever order its answers come; pieces are counted and not kept. */
export class HoldingsTally {
  /** By documentKey and ingestionId. */
  private readonly held = new Map<string, Map<string, Held>>();
  private readonly live = new Map<string, string>();

  /** Notes what the document's marker calls live. */
  markLive(document: string, ingestionId: string): void {
    this.live.set(document, ingestionId);
  }

  of(document: string, ingestionId: string): Held {
    const ingestions = this.held.get(document) ?? new Map<string, Held>();
    this.held.set(document, ingestions);
    const known = ingestions.get(ingestionId);
    if (known !== undefined) return known;
    const added = { ingestionId, state: undefined, visible: new PieceTally(), hidden: new PieceTally() };
    ingestions.set(ingestionId, added);
    return added;
  }

  /** Ids of all ingestions of which something is known. */
  ingestionIds(): string[] {
    return [...this.held.values()].flatMap((ingestions) => [...ingestions.keys()]);
  }

  /** What there is of the documents that were asked for, in their order. */
  holdings(documents: readonly DocumentRef[]): DocumentHoldings[] {
    return documents.map(({ namespace, documentId }) => {
      const document = { namespace, documentId };
      const key = documentKey(document);
      const holdings = [...(this.held.get(key)?.values() ?? [])].map(holdingOf);
      return { document, liveIngestion: this.live.get(key), holdings };
    });
  }
}

function holdingOf({ ingestionId, state, visible, hidden }: Held): Holding {
  return { ingestionId, state, visible: visible.pieces(), hidden: hidden.pieces() };
}
