import type { QdrantClient } from '@qdrant/js-client-rest';
import { randomUUID } from 'node:crypto';

/** A point as the client takes it, with the vectors of aCollection. */
export interface TestPoint {
  id: number | string;
  vector: { dense: number[]; sparse?: { indices: number[]; values: number[] } };
  payload: Record<string, unknown>;
}

/** A valid point; a test names only what it is about. */
export const aPoint = (
  id: number | string,
  payload: Record<string, unknown> = {},
  vector: TestPoint['vector'] = { dense: [1, 0, 0, 0] },
): TestPoint => ({ id, vector, payload });

/** A fresh collection with a dense vector of 4 dimensions and a sparse one; its name needs escaping everywhere. */
export const aCollection = async (client: QdrantClient): Promise<string> => {
  const name = `it's 50% 😀 ${randomUUID()}`;
  await client.createCollection(name, {
    vectors: { dense: { size: 4, distance: 'Cosine' } },
    sparse_vectors: { sparse: { modifier: 'idf' } },
  });
  return name;
};

/** The payload of one point; undefined if the point does not exist. */
export const payloadOf = async (client: QdrantClient, name: string, id: number | string): Promise<unknown> =>
  (await client.retrieve(name, { ids: [id] }))[0]?.payload;

/** All ids of a collection, in the order of a scroll. */
export const idsOf = async (client: QdrantClient, name: string): Promise<(number | string)[]> =>
  (await client.scroll(name, { limit: 1000 })).points.map((point) => point.id);

/** The status and text a refused call ends with. */
export const refusal = async (call: Promise<unknown>): Promise<{ status: number; error: string }> => {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error as { status: number; data: { status: { error: string } } },
  );
  if (!outcome) throw new Error('the call was not refused');
  return { status: outcome.status, error: outcome.data.status.error };
};

/** Points 1 to 4, ever farther from [1, 0, 0, 0]; all but the first are live; each has a sparse term of its own. */
export const fourPoints = (): TestPoint[] => {
  const near = [
    [1, 0, 0, 0],
    [0.9, 0.1, 0, 0],
    [0.5, 0.5, 0, 0],
    [0, 1, 0, 0],
  ];
  const extra = [
    { nothing: null },
    {
      parts: [
        { kind: 'a', size: 1 },
        { kind: 'b', size: 2 },
      ],
    },
    { text: "the quick 'brown' fox 😀", at: '2024-05-01T00:00:00Z' },
    {},
  ];
  return near.map((dense, i) => {
    const payload = { seq: i, live: i > 0, tags: ['all', `t${i}`], ...extra[i] };
    return aPoint(i + 1, payload, { dense, sparse: { indices: [7, i], values: [1, 10] } });
  });
};
