import { Redis } from 'ioredis';

import type { Markers } from '../checker/index.js';
import type { StoreContents } from './store-contents.js';

interface Marked {
  readonly id: string;
  readonly state: string;
}

/** The markers with which the stores refuse what comes late. */
export async function storeMarkers(
  contents: StoreContents,
  addresses: { readonly redis: string },
  ingestionIds: readonly string[],
): Promise<Markers> {
  const [postgres, neo4j, qdrant, redis] = await Promise.all([
    contents.sql<Marked>(
      'SELECT ingestion_id AS id, state FROM penstock.store_ingestions WHERE ingestion_id = ANY($1::uuid[])',
      [ingestionIds],
    ),
    contents.cypher<Marked>(
      'MATCH (m:PenstockIngestion) WHERE m.ingestionId IN $ingestionIds RETURN m.ingestionId AS id, m.state AS state',
      { ingestionIds },
    ),
    contents.qdrantMarkers(ingestionIds),
    redisMarkers(addresses.redis, ingestionIds),
  ]);
  return { postgres: byId(postgres), neo4j: byId(neo4j), qdrant: byId(qdrant), redis: byId(redis) };
}

async function redisMarkers(address: string, ingestionIds: readonly string[]): Promise<Marked[]> {
  const redis = new Redis(address);
  try {
    const states = await Promise.all(ingestionIds.map((id) => redis.hget(`penstock-state:${id}`, 'state')));
    return states.flatMap((state, i) => (state === null ? [] : [{ id: ingestionIds[i] ?? '', state }]));
  } finally {
    redis.disconnect();
  }
}

function byId(marked: readonly Marked[]): Map<string, string> {
  return new Map(marked.map(({ id, state }) => [id, state]));
}
