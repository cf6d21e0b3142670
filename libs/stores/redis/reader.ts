import type { Redis } from 'ioredis';

import type { DocumentRef } from '#events';
import type { StoredDocument } from '#stores/port';

import { documentCacheKeys, owner, scriptKeys } from './keys.js';
import { cachedDocument, chunkJson, hashFields } from './mapping.js';
import { repliesOf } from './replies-of.js';
import { runScripts } from './run-scripts.js';

/** The cache as a read through Penstock uses it. */
export class RedisDocumentCache {
  constructor(
    private readonly redis: Redis,
    private readonly times: { readonly ttlMs: number },
  ) {}

  /** The cached document, whole, or undefined: a miss, also when only part of it is left. */
  async read(ref: DocumentRef): Promise<StoredDocument | undefined> {
    const { hash, chunks } = documentCacheKeys(ref);
    const [fields, list] = await repliesOf(this.redis.multi().hgetall(hash).lrange(chunks, 0, -1).exec());
    return cachedDocument(ref, (fields ?? {}) as Record<string, string>, (list ?? []) as string[]);
  }

  /**
   * Puts a live document back that the cache lost. The caller read it a moment ago and it may have been replaced since,
   * so the script asks the markers first. Answers whether the document was put back.
   */
  async refill(document: StoredDocument): Promise<boolean> {
    const head = [...hashFields(document), 'live_at', String(document.liveAt)];
    const given = [owner(document), document.ingestionId, document.version, this.times.ttlMs, head.length];
    const call = { keys: scriptKeys(document), arguments: [...given, ...head, ...document.chunks.map(chunkJson)] };
    const [filled] = await runScripts(this.redis, 'penstockRefill', [call]);
    return filled === 1;
  }
}
