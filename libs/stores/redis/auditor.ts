import type { Redis } from 'ioredis';

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

import { inspectDocument } from './inspect.js';
import { owner, pendingPrefix, scriptKeys } from './keys.js';
import { redisFailure } from './redis-failure.js';
import { runScripts, type ScriptName } from './run-scripts.js';
import { expireMarkers, readTombstones, scanIngestions } from './scan-keys.js';

/** Redis as the audit sees it. The connection stays the caller's. */
export class RedisStoreAuditor extends StoreAuditor {
  readonly store = 'redis';
  readonly keeps = ['documents', 'metadata', 'chunks', 'places'] as const;

  constructor(
    private readonly redis: Redis,
    private readonly times: { readonly tombstoneTtlMs: number },
  ) {
    super();
  }

  async inspect(documents: readonly DocumentQuestion[], signal: AbortSignal): Promise<DocumentHoldings[]> {
    const holdings: DocumentHoldings[] = [];
    for (const document of documents) {
      holdings.push(await ask(signal, () => inspectDocument(this.redis, document)));
    }
    return holdings;
  }

  scan(cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<FoundIngestion>> {
    return ask(signal, () => scanIngestions(this.redis, cursor, limit));
  }

  /** Every key is a document's or an ingestion's. */
  leftovers(): Promise<Page<Leftover>> {
    return Promise.resolve({ items: [], next: undefined });
  }

  removeLeftovers(): Promise<number> {
    return Promise.resolve(0);
  }

  async remove({ ingestionId, document }: FoundIngestion, signal: AbortSignal): Promise<void> {
    if (document === undefined) await ask(signal, () => this.redis.del(`${pendingPrefix}${ingestionId}`));
    else await this.run('penstockDiscard', { ...document, ingestionId, version: 0 }, signal);
  }

  async reopen(ingestion: IngestionRef, _kinds: readonly PieceKind[], signal: AbortSignal): Promise<boolean> {
    return (await this.run('penstockReopen', ingestion, signal)) === 1;
  }

  tombstones(
    _beforeMs: number,
    page: { readonly cursor: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<Page<Tombstone>> {
    return ask(signal, () => readTombstones(this.redis, page));
  }

  forget(tombstones: readonly Tombstone[], _beforeMs: number, signal: AbortSignal): Promise<number> {
    return ask(signal, () => expireMarkers(this.redis, tombstones, this.times.tombstoneTtlMs));
  }

  private async run(name: ScriptName, ref: IngestionRef, signal: AbortSignal): Promise<unknown> {
    const given = [owner(ref), ref.ingestionId, ref.version, this.times.tombstoneTtlMs];
    const [reply] = await runScripts(this.redis, name, [{ keys: scriptKeys(ref), arguments: given }], signal);
    return reply;
  }
}

async function ask<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> {
  try {
    signal.throwIfAborted();
    return await question();
  } catch (error) {
    throw redisFailure(error);
  }
}
