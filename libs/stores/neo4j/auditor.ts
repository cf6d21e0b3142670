import type { Driver } from 'neo4j-driver';

import {
  StoreAuditor,
  type DocumentHoldings,
  type DocumentQuestion,
  type FoundIngestion,
  type Leftover,
  type Page,
  type PieceKind,
  type Tombstone,
  type WrongNames,
} from '#stores/auditor';
import type { IngestionRef } from '#stores/port';

import { findWrongLinks } from './find-wrong-links.js';
import { inspectDocuments } from './inspect.js';
import { readTombstones, scanIngestions, scanLeftovers } from './read-pages.js';
import { discardIn, forgetIn, joinAnewIn, removeLeftoversIn, reopenIn } from './repair-graph.js';
import { inTransaction } from './transaction.js';

/** Neo4j as the audit sees it. The driver stays the caller's. */
export class Neo4jStoreAuditor extends StoreAuditor {
  readonly store = 'neo4j';
  readonly keeps = ['documents', 'entities', 'facts'] as const;

  constructor(private readonly driver: Driver) {
    super();
  }

  inspect(documents: readonly DocumentQuestion[], signal: AbortSignal): Promise<DocumentHoldings[]> {
    return inspectDocuments(this.driver, documents, signal);
  }

  scan(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<FoundIngestion>> {
    return scanIngestions(this.driver, { cursor, limit, signal });
  }

  leftovers(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<Leftover>> {
    return scanLeftovers(this.driver, { cursor, limit, signal });
  }

  removeLeftovers(leftovers: readonly Leftover[], signal: AbortSignal): Promise<number> {
    return inTransaction(this.driver, signal, (run) => removeLeftoversIn(run, leftovers));
  }

  override wrongNames(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<WrongNames>> {
    return findWrongLinks(this.driver, { cursor, limit, signal });
  }

  override joinAnew(names: readonly WrongNames[], signal: AbortSignal): Promise<void> {
    const families = names.map(({ family }) => family);
    return inTransaction(this.driver, signal, (run) => joinAnewIn(run, families));
  }

  remove(ingestion: FoundIngestion, signal: AbortSignal): Promise<void> {
    return inTransaction(this.driver, signal, (run) => discardIn(run, ingestion));
  }

  reopen(ingestion: IngestionRef, _kinds: readonly PieceKind[], signal: AbortSignal): Promise<boolean> {
    return inTransaction(this.driver, signal, (run) => reopenIn(run, ingestion));
  }

  tombstones(
    beforeMs: number,
    { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<Page<Tombstone>> {
    return readTombstones(this.driver, beforeMs, { cursor, limit, signal });
  }

  forget(tombstones: readonly Tombstone[], beforeMs: number, signal: AbortSignal): Promise<number> {
    return inTransaction(this.driver, signal, (run) => forgetIn(run, tombstones, beforeMs));
  }
}
