import { Redis } from 'ioredis';

import { documentCacheKeys } from '#stores/redis';

import type { Documents } from './clients.js';
import type { PlannedFault } from './plan-faults.js';

const answerMs = 2500;

/** What a trial lets expire in the cache before its time. */
export interface CacheVictims {
  readonly redis: string;
  readonly documents: Documents;
  /** Documents whose entry went; added to. */
  readonly expired: Set<string>;
}

/** Removes what users read of one document, as expiry does; what Penstock remembers of it stays. */
export async function expireCached({ random }: PlannedFault, victims: CacheVictims): Promise<void> {
  const { namespaces, documentIds } = victims.documents;
  const [namespace, documentId] = [random.pick(namespaces), random.pick(documentIds)];
  const { hash, chunks } = documentCacheKeys({ namespace, documentId });
  const redis = new Redis(victims.redis, { maxRetriesPerRequest: 1, commandTimeout: answerMs, lazyConnect: true });
  redis.on('error', () => undefined);
  victims.expired.add(`${namespace}/${documentId}`);
  try {
    await redis.del(hash, chunks);
  } finally {
    redis.disconnect();
  }
}
