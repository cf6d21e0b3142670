import { metadataDigest, type Holding, type PieceKind, type Pieces } from '#stores/auditor';
import { storeNames, type StoreName } from '#stores/port';

import type { LedgerSays, SeenDocument } from './finding.js';

const keeps: Readonly<Record<StoreName, readonly PieceKind[]>> = {
  postgres: ['documents', 'metadata', 'chunks', 'places', 'entities', 'mentions', 'facts', 'records'],
  neo4j: ['documents', 'entities', 'facts'],
  qdrant: ['documents', 'metadata', 'chunks', 'places'],
  redis: ['documents', 'metadata', 'chunks', 'places'],
};
const metadata = { team: 'docs' };
const whole: Pieces = {
  documents: { count: 1 },
  metadata: { count: 1, digest: metadataDigest(metadata) },
  chunks: { count: 3, digest: 'chunks' },
  places: { count: 3, digest: 'places' },
  entities: { count: 2, digest: 'entities' },
  mentions: { count: 4 },
  facts: { count: 1, digest: 'facts' },
};

/** The pieces of a whole version, as a store keeps them. */
export function wholeIn(store: StoreName): Pieces {
  const own = Object.entries(whole).filter(([kind]) => keeps[store].includes(kind as PieceKind));
  return Object.fromEntries(own);
}

/** A look at a document that is live and whole in all stores, until the test says otherwise. */
export class SeenBuilder {
  private readonly holdings = new Map<StoreName, Holding[]>();
  private readonly markers = new Map<StoreName, string | undefined>();
  private readonly ingestions = new Map<string, LedgerSays>([['live', 'was-live']]);
  private inMotion = false;
  private live: SeenDocument['ledger']['live'];

  constructor() {
    const counts = { parts: 1, chunks: 3, entities: 2, mentions: 4, facts: 1 };
    const described = { title: 'Handbook', location: null, mediaType: 'text/plain', metadata };
    this.live = { ingestionId: 'live', version: 2, source: 'inline', ...described, counts, behind: [], undone: [] };
    for (const store of storeNames) this.holding(store, 'live', { state: 'live', visible: wholeIn(store) });
  }

  /** What one store holds of an ingestion, in place of what it held. */
  holding(store: StoreName, ingestionId: string, held: Partial<Holding>): this {
    const others = (this.holdings.get(store) ?? []).filter((one) => one.ingestionId !== ingestionId);
    const empty = { ingestionId, state: undefined, visible: {}, hidden: {} };
    this.holdings.set(store, [...others, { ...empty, ...held }]);
    if (held.state === 'live') this.markers.set(store, ingestionId);
    return this;
  }

  says(ingestionId: string, says: LedgerSays): this {
    this.ingestions.set(ingestionId, says);
    return this;
  }

  notLive(): this {
    this.live = undefined;
    return this;
  }

  /** The live version was decided, and these stores never said that they made it so. */
  waitingFor(...behind: StoreName[]): this {
    if (this.live !== undefined) this.live = { ...this.live, behind };
    return this;
  }

  /** The live version was decided, and these stores undid it all the same. */
  undoneBy(...undone: StoreName[]): this {
    if (this.live !== undefined) this.live = { ...this.live, behind: undone, undone };
    for (const store of undone) this.holdings.set(store, []);
    return this;
  }

  moving(): this {
    this.inMotion = true;
    return this;
  }

  marked(store: StoreName, ingestionId: string | undefined): this {
    this.markers.set(store, ingestionId);
    return this;
  }

  build(): SeenDocument {
    const document = { namespace: 'default', documentId: 'handbook' };
    return {
      document,
      ledger: { inMotion: this.inMotion, live: this.live, ingestions: this.ingestions },
      stores: storeNames.map((store) => ({
        store,
        keeps: keeps[store],
        held: { document, liveIngestion: this.markers.get(store), holdings: this.holdings.get(store) ?? [] },
      })),
    };
  }
}

export function aSeenDocument(): SeenBuilder {
  return new SeenBuilder();
}
