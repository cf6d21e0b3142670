import type { Redis } from 'ioredis';

import { PermanentFailure } from '#failure';
import {
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

import { owner, scriptKeys } from './keys.js';
import { pendingFields } from './mapping.js';
import { redisFailure } from './redis-failure.js';
import { runScripts, type ScriptCall, type ScriptName } from './run-scripts.js';

export interface RedisStoreTimes {
  /** How long a live document stays in the cache. */
  readonly ttlMs: number;
  /** How long a pending ingestion waits for its decision: the saga's deadline and some more. */
  readonly pendingTtlMs: number;
  /** How long markers and tombstones are kept: longer than any topic. */
  readonly tombstoneTtlMs: number;
}

/**
 * Redis as a store: a cache of live documents, fenced like the others. It needs the eviction policy `noeviction`, or
 * tombstones could vanish early, and a single server. The connection is its own from here on: `close` ends it.
 */
export class RedisStoreWriter extends StoreWriter {
  readonly store = 'redis';

  constructor(
    private readonly redis: Redis,
    private readonly times: RedisStoreTimes,
  ) {
    super();
  }

  async prepare(): Promise<void> {
    try {
      await this.redis.ping();
    } catch (error) {
      throw redisFailure(error);
    }
  }

  async writePending({ parts, signal }: PendingBatch): Promise<PendingResult> {
    const { tombstoneTtlMs, pendingTtlMs } = this.times;
    // An ingestionId used for two documents makes two groups; the script refuses the one that does not own it.
    const groups = Map.groupBy(parts, (part) => `${part.ingestionId} ${owner(part)}`);
    const calls = [...groups.values()].flatMap((own) =>
      own.slice(0, 1).map((ref) => call(ref, [tombstoneTtlMs, pendingTtlMs, ...pendingFields(own)])),
    );
    const replies = (await runScripts(this.redis, 'penstockWrite', calls, signal)) as (IngestionState | 'foreign')[];
    const states = new Map([...groups.keys()].map((key, index) => [key, replies[index]]));
    const outcomes = parts.map((part) => {
      const state = states.get(`${part.ingestionId} ${owner(part)}`);
      if (state !== undefined && state !== 'foreign') return state;
      const message = `ingestion ${part.ingestionId} stands for another document`;
      throw new PermanentFailure(message, { reason: 'ingestion-id-taken' });
    });
    return { outcomes, receiptsAnnounced: false };
  }

  async promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    const { tombstoneTtlMs, ttlMs } = this.times;
    const replies = await this.run('penstockPromote', ingestions, [tombstoneTtlMs, ttlMs], signal);
    return (replies as [IngestionState, ...string[]][]).map(([state, ...replaced]) => ({ state, replaced }));
  }

  async compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    const replies = await this.run('penstockCompensate', ingestions, [this.times.tombstoneTtlMs], signal);
    return (replies as [IngestionState, number, number][]).map(([state, parts, chunks]) => ({
      state,
      removed: { parts, chunks, entities: 0, facts: 0, mentions: 0 },
    }));
  }

  async retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    const refs = documents.map((document) => ({ ...document, ingestionId: '' }));
    const replies = await this.run('penstockRetract', refs, [this.times.tombstoneTtlMs], signal);
    return (replies as string[][]).map((removed) => ({ removed }));
  }

  async states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]> {
    const replies = await this.run('penstockState', ingestions, [], signal);
    return (replies as (IngestionState | null)[]).map((state) => state ?? undefined);
  }

  close(): Promise<void> {
    this.redis.disconnect();
    return Promise.resolve();
  }

  private run(
    name: ScriptName,
    refs: readonly IngestionRef[],
    given: readonly number[],
    signal: AbortSignal,
  ): Promise<unknown[]> {
    return runScripts(
      this.redis,
      name,
      refs.map((ref) => call(ref, given)),
      signal,
    );
  }
}

function call(ref: IngestionRef, given: readonly (string | number)[]): ScriptCall {
  return { keys: scriptKeys(ref), arguments: [owner(ref), ref.ingestionId, ref.version, ...given] };
}
