import type { QdrantClient } from '@qdrant/js-client-rest';
import type { Pool } from 'pg';

import { HashEmbeddingModel, sparseQuery } from '#models';

import { namespace } from './corpus.js';

const limit = 10;
/** As deep as the product looks into each list, so that both ask the store for the same work. */
const depth = 150;

const entitiesAt = `
SELECT m.ingestion_id, m.seq, e.uuid, e.name, e.type FROM unnest($1::uuid[], $2::int[]) AS w (ingestion_id, seq)
JOIN penstock.live_mentions m USING (ingestion_id, seq)
JOIN penstock.store_entities e ON e.ingestion_id = m.ingestion_id AND e.uuid = m.entity_uuid`;
const factsAt = `
SELECT f.ingestion_id, f.seq, f.uuid, f.relation, f.fact, s.name AS source, t.name AS target
FROM unnest($1::uuid[], $2::int[]) AS w (ingestion_id, seq)
JOIN penstock.store_facts f USING (ingestion_id, seq)
JOIN penstock.store_entities s ON s.ingestion_id = f.ingestion_id AND s.uuid = f.source_uuid
JOIN penstock.store_entities t ON t.ingestion_id = f.ingestion_id AND t.uuid = f.target_uuid`;

/** What somebody would write who knows the stores: the hybrid query, then entities and facts of its ten hits. */
export async function askPlainly(
  { qdrant, pool, dimensions }: { readonly qdrant: QdrantClient; readonly pool: Pool; readonly dimensions: number },
  question: string,
): Promise<number> {
  const { signal } = new AbortController();
  const { vectors } = await new HashEmbeddingModel(dimensions).embed([question], { signal });
  const match = (key: string, value: string | boolean) => ({ key, match: { value } });
  const filter = { must: [match('live', true), match('namespace', namespace)] };
  const { points } = await qdrant.query('penstock_chunks', {
    prefetch: [
      { query: [...(vectors[0] ?? [])], using: 'dense', filter, limit: depth },
      { query: sparseQuery(question), using: 'sparse', filter, limit: depth },
    ],
    ...{ query: { fusion: 'rrf' }, filter, limit, with_payload: true },
  });
  const at = [points.map(({ payload }) => payload?.['ingestion_id']), points.map(({ payload }) => payload?.['seq'])];
  await Promise.all([pool.query(entitiesAt, at), pool.query(factsAt, at)]);
  return points.length;
}
