import type { Redis } from 'ioredis';

import type { DocumentRef } from '#events';
import { LiveDocuments, type ChunkRange, type LiveChunks, type LiveDocument } from '#http';
import { PostgresReader } from '#stores/postgres';
import { RedisDocumentCache } from '#stores/redis';
import { loggedFailure, type Log } from '#telemetry';

/**
 * Reads through the cache: a document that expired is read from PostgreSQL, whose live views are the truth, and put
 * back. PostgreSQL is asked first which version is live: the stores promote one after the other, and whoever was shown
 * a version once, while the cache was away, must not be shown an older one later. A cache that can't be reached costs
 * time, never an answer.
 */
export class LiveDocumentReader extends LiveDocuments {
  constructor(
    private readonly redis: Redis,
    private readonly cache: RedisDocumentCache,
    private readonly documents: PostgresReader,
    private readonly log: Log,
  ) {
    super();
  }

  async read(ref: DocumentRef): Promise<LiveDocument | undefined> {
    const live = await this.documents.liveIngestion(ref);
    if (live === undefined) return undefined;
    const cached = await this.cache
      .read(ref)
      .catch((error: unknown) => this.missed({ ...ref, ingestionId: live }, error));
    if (cached?.ingestionId === live) return cached as unknown as LiveDocument;
    const document = await this.documents.document(ref);
    if (document === undefined) return undefined;
    await this.cache.refill(document).catch((error: unknown) => this.missed({ ...ref, ingestionId: live }, error));
    return document as unknown as LiveDocument;
  }

  /** A page comes from PostgreSQL: the cache holds documents whole, and may hold none. */
  async chunks(ref: DocumentRef, range: ChunkRange): Promise<LiveChunks | undefined> {
    const page = await this.documents.chunks(ref, range);
    return page === undefined ? undefined : { ...page };
  }

  close(): void {
    this.redis.disconnect();
  }

  private missed(whose: DocumentRef & { readonly ingestionId: string }, error: unknown): undefined {
    const { namespace, documentId, ingestionId } = whose;
    this.log.warn({ namespace, documentId, ingestionId, ...loggedFailure(error) }, 'document cache could not be used');
    return undefined;
  }
}
