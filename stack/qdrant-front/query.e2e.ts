import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QdrantClient } from '@qdrant/js-client-rest';
import { randomUUID } from 'node:crypto';
import { aCollection, aPoint, fourPoints, idsOf } from './build-points.js';
import { FrontProcess } from './front-process.js';

type Filter = NonNullable<NonNullable<Parameters<QdrantClient['count']>[1]>['filter']>;

const isLive: Filter = { must: [{ key: 'live', match: { value: true } }] };

const front = new FrontProcess();
let client: QdrantClient;
let name: string;

beforeAll(async () => {
  await front.start();
  client = front.client();
  name = await aCollection(client);
  await client.upsert(name, { points: fourPoints() });
});

afterAll(async () => {
  await front.remove();
});

describe('scrolling', () => {
  it('pages cover every point once and the last page says so', async () => {
    const seen: unknown[] = [];
    let offset: unknown;
    do {
      const page = await client.scroll(name, { limit: 3, ...(offset ? { offset: offset as number } : {}) });
      seen.push(...page.points.map((point) => point.id));
      offset = page.next_page_offset;
    } while (offset);

    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('selectors choose payload keys and vectors', async () => {
    const [point] = (
      await client.scroll(name, { limit: 1, with_payload: { include: ['seq'] }, with_vector: ['sparse'] })
    ).points;
    const [bare] = (await client.scroll(name, { limit: 1, with_payload: false })).points;

    expect(point).toEqual({ id: 1, payload: { seq: 0 }, vector: { sparse: { indices: [0, 7], values: [10, 1] } } });
    expect(bare).toEqual({ id: 1 });
  });

  it('an indexed field orders points', async () => {
    await client.createPayloadIndex(name, { field_name: 'seq', field_schema: 'integer', wait: true });

    const found = await client.scroll(name, { limit: 2, order_by: { key: 'seq', direction: 'desc' } });

    expect(found.points.map((point) => point.id)).toEqual([4, 3]);
  });
});

describe('queries', () => {
  const ids = (found: { points: { id: number | string }[] }): unknown[] => found.points.map((point) => point.id);

  it('a dense query ranks by distance and honours filter, threshold, limit and offset', async () => {
    const query = { query: [1, 0, 0, 0], using: 'dense' };

    expect(ids(await client.query(name, query))).toEqual([1, 2, 3, 4]);
    expect(ids(await client.query(name, { ...query, filter: isLive, limit: 2 }))).toEqual([2, 3]);
    expect(ids(await client.query(name, { ...query, offset: 1, limit: 1 }))).toEqual([2]);
    expect(ids(await client.query(name, { ...query, score_threshold: 0.9, params: { exact: true } }))).toEqual([1, 2]);
    const [best] = (await client.query(name, { ...query, with_payload: ['seq'], limit: 1 })).points;
    expect(best).toMatchObject({ id: 1, payload: { seq: 0 } });
    expect(best?.score).toBeCloseTo(1, 5);
  });

  it('a sparse query weighs rare terms more', async () => {
    const query = { query: { indices: [2, 7], values: [1, 1] }, using: 'sparse' };

    const found = await client.query(name, { ...query, limit: 1 });

    expect(ids(found)).toEqual([3]);
    expect(ids(await client.query(name, { ...query, filter: { must: [{ has_id: [4] }] } }))).toEqual([4]);
  });

  it.each(['rrf', 'dbsf'] as const)('%s fuses prefetches, each with its filter', async (fusion) => {
    const found = await client.query(name, {
      prefetch: [
        { query: [1, 0, 0, 0], using: 'dense', limit: 3, filter: isLive },
        { query: { indices: [1], values: [1] }, using: 'sparse', limit: 3, filter: isLive },
      ],
      query: { fusion },
      limit: 3,
    });

    expect(ids(found)[0]).toBe(2);
    expect(ids(found)).not.toContain(1);
  });

  it('a nested prefetch narrows what the outer query ranks', async () => {
    const found = await client.query(name, {
      prefetch: {
        prefetch: [{ query: [1, 0, 0, 0], using: 'dense', limit: 3 }],
        query: [0, 1, 0, 0],
        using: 'dense',
        limit: 2,
      },
      query: [1, 0, 0, 0],
      using: 'dense',
    });

    expect(ids(found)).toEqual([2, 3]);
  });

  it('a point can be the query and is not its own result', async () => {
    expect(ids(await client.query(name, { query: 1, using: 'dense', limit: 2 }))).toEqual([2, 3]);
  });

  it('batches and the older search give the same results', async () => {
    const vector = [1, 0, 0, 0];
    const [first] = await client.queryBatch(name, { searches: [{ query: vector, using: 'dense', limit: 2 }] });
    const older = await client.search(name, { vector: { name: 'dense', vector }, limit: 2 });

    expect(first && ids(first)).toEqual([1, 2]);
    expect(older.map((point) => point.id)).toEqual([1, 2]);
  });
});

it('10,000 points are written, indexed, counted and found', async () => {
  const large = randomUUID();
  await client.createCollection(large, { vectors: { dense: { size: 384, distance: 'Cosine' } } });
  await client.createPayloadIndex(large, { field_name: 'document_id', field_schema: 'keyword', wait: true });
  const dense = (id: number): number[] => Array.from({ length: 384 }, (_, i) => Math.sin(id * (i + 1)));
  for (let start = 0; start < 10_000; start += 500) {
    const points = Array.from({ length: 500 }, (_, i) =>
      aPoint(start + i, { document_id: `d${Math.floor((start + i) / 10)}` }, { dense: dense(start + i) }),
    );
    await client.upsert(large, { points, wait: true });
  }

  const filter = { must: [{ key: 'document_id', match: { value: 'd777' } }] };
  const found = await client.query(large, { query: dense(7775), using: 'dense', limit: 1 });

  expect(await client.count(large)).toEqual({ count: 10_000 });
  expect(await client.count(large, { filter })).toEqual({ count: 10 });
  expect(found.points[0]?.id).toBe(7775);
  expect(await idsOf(client, large)).toHaveLength(1000);
});
