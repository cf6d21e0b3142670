import type { QdrantClient } from '@qdrant/js-client-rest';

import type { DocumentEmbedded } from '#events';
import { sparseTerms } from '#models';

import { chunkPoints, documentPoints, requestsOf, type Point } from '../../../libs/stores/qdrant/mapping.js';

const requestBytesMax = 4 * 1024 * 1024;

/** Points that are live at once: one upsert for each collection, or a few where vectors are long. */
export async function writeQdrant(client: QdrantClient, parts: readonly DocumentEmbedded[]): Promise<void> {
  const live = (points: Point[]): Point[] =>
    points.map((point) => ({ ...point, payload: { ...point.payload, live: true } }));
  const pointsOf = (of: typeof chunkPoints): Point[] =>
    live(parts.flatMap((part) => of(part, { ...embeddingOf(part), sparseTerms })));
  const upsert = async (collection: string, points: Point[]): Promise<void> => {
    for (const some of requestsOf(points, requestBytesMax)) {
      await client.upsert(collection, { wait: true, points: some });
    }
  };
  await Promise.all([
    upsert('penstock_documents', pointsOf(documentPoints)),
    upsert('penstock_chunks', pointsOf(chunkPoints)),
  ]);
}

function embeddingOf({ embeddingModel, dimensions }: DocumentEmbedded) {
  return { embeddingModel, dimensions };
}
