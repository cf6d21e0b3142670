import type { QdrantClient } from '@qdrant/js-client-rest';

import {
  promotionGroups,
  StoreWriter,
  type CompensateResult,
  type IngestionRef,
  type IngestionState,
  type PendingBatch,
  type PendingResult,
  type PromoteResult,
  type RetractionRef,
  type RetractResult,
} from '#stores/port';

import { compensate } from './compensate.js';
import { finish } from './finish.js';
import type { Embedding } from './mapping.js';
import { markerIds, rememberedOf } from './markers.js';
import { promote } from './promote.js';
import { qdrantFailure } from './qdrant-failure.js';
import { retract } from './retract.js';
import { prepareCollections } from './schema.js';
import { collectionsOf, Session, type Collections } from './session.js';
import { writePending } from './write-pending.js';

export interface QdrantStoreOptions extends Embedding {
  /** What the names of the collections begin with; `penstock` if left out. */
  readonly prefix?: string;
}

const promotedTogetherMax = 64;

/** Qdrant. Pending points lie beside live ones and differ in `live`; markers in a collection of their own decide. */
export class QdrantStoreWriter extends StoreWriter {
  readonly store = 'qdrant';
  readonly collections: Collections;

  constructor(
    private readonly client: QdrantClient,
    private readonly options: QdrantStoreOptions,
  ) {
    super();
    this.collections = collectionsOf(options.prefix ?? 'penstock');
  }

  async prepare(): Promise<void> {
    await prepareCollections(this.client, this.collections, this.options);
  }

  async writePending({ parts, signal }: PendingBatch): Promise<PendingResult> {
    if (parts.length === 0) return { outcomes: [], receiptsAnnounced: false };
    try {
      const outcomes = await writePending(this.session(signal), parts, this.options, Date.now());
      return { outcomes, receiptsAnnounced: false };
    } catch (error) {
      throw qdrantFailure(error);
    }
  }

  async promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    const results: PromoteResult[] = [];
    for (const group of promotionGroups(ingestions, promotedTogetherMax)) {
      results.push(...(await finish(() => promote(this.session(signal), group, Date.now()))));
    }
    return results;
  }

  async compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    if (ingestions.length === 0) return [];
    return finish(() => compensate(this.session(signal), ingestions, Date.now()));
  }

  async retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    if (documents.length === 0) return [];
    return finish(() => retract(this.session(signal), documents, Date.now()));
  }

  async states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]> {
    const markers = await finish(() => this.session(signal).markers(markerIds(ingestions)));
    const remembered = rememberedOf(ingestions, markers);
    return ingestions.map(({ ingestionId, version }) => {
      const { state, retractedThrough = 0 } = remembered.get(ingestionId) ?? {};
      return state ?? (version <= retractedThrough ? 'retracted' : undefined);
    });
  }

  /** The client keeps no state but idle connections, which close by themselves. */
  async close(): Promise<void> {
    return Promise.resolve();
  }

  private session(signal: AbortSignal): Session {
    return new Session(this.client, this.collections, signal);
  }
}
