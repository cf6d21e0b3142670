import type { QdrantClient } from '@qdrant/js-client-rest';
import type { Pool } from 'pg';

import { HashEmbeddingModel, sparseQuery } from '#models';
import { citedAt } from '#stores/postgres';
import { fuseByScore } from '#stores/qdrant';

import { namespace } from './corpus.js';

const limit = 10;
/** As deep as the product looks into each list, so that both ask the store for the same work. */
const depth = 150;

/**
 * What somebody would write who knows the stores: both lists from Qdrant by one request, fused by score, then texts,
 * entities and facts of the first ten from PostgreSQL by one prepared statement. @returns how many hits that gives
 */
export async function askPlainly(
  { qdrant, pool, dimensions }: { readonly qdrant: QdrantClient; readonly pool: Pool; readonly dimensions: number },
  question: string,
): Promise<number> {
  const { signal } = new AbortController();
  const { vectors } = await new HashEmbeddingModel(dimensions).embed([question], { signal });
  const match = (key: string, value: string | boolean) => ({ key, match: { value } });
  const filter = { must: [match('live', true), match('namespace', namespace)] };
  const rest = { filter, limit: depth, with_payload: ['ingestion_id', 'seq'] };
  const [semantic = [], keyword = []] = await qdrant
    .queryBatch('penstock_chunks', {
      searches: [
        { query: [...(vectors[0] ?? [])], using: 'dense', ...rest },
        { query: sparseQuery(question), using: 'sparse', ...rest },
      ],
    })
    .then((lists) =>
      lists.map(({ points }) =>
        points.map(({ score, payload }) => ({
          ...{ ingestionId: String(payload?.['ingestion_id']), seq: Number(payload?.['seq']), score },
        })),
      ),
    );
  const hits = fuseByScore(semantic, keyword).slice(0, limit);
  const at = [hits.map(({ ingestionId }) => ingestionId), hits.map(({ seq }) => seq)];
  const { rows } = await pool.query({ ...citedAt, values: at });
  if (rows.length === 0) throw new Error(`no hits for: ${question}`);
  return rows.length;
}
