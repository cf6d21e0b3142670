import type { Pool, PoolClient } from 'pg';

import { inTransaction, postgresFailure } from '#database';
import { TransientFailure } from '#failure';
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

import { forgetTombstones, readTombstones } from './collect-tombstones.js';
import { findWrongLinks } from './find-wrong-links.js';
import { inspectDocuments } from './inspect.js';
import { relinkLocked } from './relink.js';
import { discardIngestion, reopenIngestion } from './repair-ingestion.js';
import { scanIngestions } from './scan.js';

/** PostgreSQL as the audit sees it. The pool stays the caller's. */
export class PostgresStoreAuditor extends StoreAuditor {
  readonly store = 'postgres';
  readonly keeps = [
    ...(['documents', 'metadata', 'chunks', 'places'] as const),
    ...(['entities', 'mentions', 'facts', 'records'] as const),
  ];

  constructor(private readonly pool: Pool) {
    super();
  }

  inspect(documents: readonly DocumentQuestion[], signal: AbortSignal): Promise<DocumentHoldings[]> {
    if (documents.length === 0) return Promise.resolve([]);
    return this.ask(signal, () => inspectDocuments(this.pool, documents));
  }

  scan(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<FoundIngestion>> {
    return this.ask(signal, () => scanIngestions(this.pool, cursor, limit));
  }

  /** Every row carries its ingestion's id. */
  leftovers(): Promise<Page<Leftover>> {
    return Promise.resolve({ items: [], next: undefined });
  }

  removeLeftovers(): Promise<number> {
    return Promise.resolve(0);
  }

  override wrongNames(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<WrongNames>> {
    throwIfAborted(signal);
    return findWrongLinks(this.pool, cursor, limit);
  }

  override joinAnew(names: readonly WrongNames[], signal: AbortSignal): Promise<void> {
    const families = names.map(({ family }) => family);
    return this.transaction(signal, (client) => relinkLocked(client, families));
  }

  remove(ingestion: FoundIngestion, signal: AbortSignal): Promise<void> {
    return this.transaction(signal, (client) => discardIngestion(client, ingestion));
  }

  reopen(ingestion: IngestionRef, kinds: readonly PieceKind[], signal: AbortSignal): Promise<boolean> {
    return this.transaction(signal, (client) => reopenIngestion(client, ingestion, kinds));
  }

  tombstones(
    beforeMs: number,
    { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<Page<Tombstone>> {
    return this.ask(signal, () => readTombstones(this.pool, beforeMs, cursor, limit));
  }

  forget(tombstones: readonly Tombstone[], beforeMs: number, signal: AbortSignal): Promise<number> {
    if (tombstones.length === 0) return Promise.resolve(0);
    return this.transaction(signal, (client) => forgetTombstones(client, tombstones, beforeMs));
  }

  private async ask<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    try {
      return await question();
    } catch (error) {
      throw postgresFailure(error);
    }
  }

  private transaction<T>(signal: AbortSignal, work: (client: PoolClient) => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    return inTransaction(this.pool, work);
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TransientFailure('postgres: given up before it began', { reason: 'aborted' });
}
