import { QdrantClient } from '@qdrant/js-client-rest';

import { qdrantFailure } from './qdrant-failure.js';

export interface QdrantAddress {
  readonly url: string;
  readonly apiKey?: string | undefined;
}

/** Every request ends within this time, whoever makes it. */
export const requestTimeoutMs = 30_000;
export const connectionsMax = 8;

/** A client that connects when first used; every request ends in time. */
export function createQdrantClient({ url, apiKey }: QdrantAddress): QdrantClient {
  return new QdrantClient({
    url,
    ...(apiKey === undefined || apiKey === '' ? {} : { apiKey }),
    timeout: requestTimeoutMs,
    maxConnections: connectionsMax,
    // The check runs in the constructor and writes to the console; prepare() says what the server lacks.
    checkCompatibility: false,
  });
}

/** @throws TransientFailure if the server does not answer, or not to this key. */
export async function checkQdrant(client: QdrantClient): Promise<void> {
  try {
    await client.getCollections();
  } catch (error) {
    throw qdrantFailure(error);
  }
}
