import type { QdrantClient } from '@qdrant/js-client-rest';

import {
  StoreAuditor,
  type DocumentHoldings,
  type DocumentQuestion,
  type FoundIngestion,
  type Leftover,
  type Page,
  type PieceKind,
  type Tombstone,
} from '#stores/auditor';
import type { IngestionRef } from '#stores/port';

import { forget, readTombstones, scanPoints } from './collect-tombstones.js';
import { finish } from './finish.js';
import { inspectDocuments } from './inspect.js';
import { discard, reopen } from './repair-points.js';
import { collectionsOf, Session, type Collections } from './session.js';

/** Qdrant as the audit sees it. */
export class QdrantStoreAuditor extends StoreAuditor {
  readonly store = 'qdrant';
  readonly keeps = ['documents', 'metadata', 'chunks', 'places'] as const;
  private readonly collections: Collections;

  constructor(
    private readonly client: QdrantClient,
    prefix = 'penstock',
  ) {
    super();
    this.collections = collectionsOf(prefix);
  }

  inspect(documents: readonly DocumentQuestion[], signal: AbortSignal): Promise<DocumentHoldings[]> {
    if (documents.length === 0) return Promise.resolve([]);
    return finish(() => inspectDocuments(this.session(signal), documents));
  }

  scan(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<FoundIngestion>> {
    return finish(() => scanPoints(this.session(signal), cursor, limit));
  }

  /** Every point carries its ingestion's id. */
  leftovers(): Promise<Page<Leftover>> {
    return Promise.resolve({ items: [], next: undefined });
  }

  removeLeftovers(): Promise<number> {
    return Promise.resolve(0);
  }

  remove(ingestion: FoundIngestion, signal: AbortSignal): Promise<void> {
    return finish(() => discard(this.session(signal), ingestion, Date.now()));
  }

  reopen(ingestion: IngestionRef, _kinds: readonly PieceKind[], signal: AbortSignal): Promise<boolean> {
    return finish(() => reopen(this.session(signal), ingestion, Date.now()));
  }

  tombstones(
    beforeMs: number,
    page: { readonly cursor: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<Page<Tombstone>> {
    return finish(() => readTombstones(this.session(signal), beforeMs, page));
  }

  forget(tombstones: readonly Tombstone[], beforeMs: number, signal: AbortSignal): Promise<number> {
    if (tombstones.length === 0) return Promise.resolve(0);
    return finish(() => forget(this.session(signal), tombstones, beforeMs));
  }

  private session(signal: AbortSignal): Session {
    return new Session(this.client, this.collections, signal);
  }
}
