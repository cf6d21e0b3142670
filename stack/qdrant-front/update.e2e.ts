import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QdrantClient } from '@qdrant/js-client-rest';
import { aCollection, aPoint, idsOf, payloadOf } from './build-points.js';
import { FrontProcess } from './front-process.js';

const front = new FrontProcess();
let client: QdrantClient;

beforeAll(async () => {
  await front.start();
  client = front.client();
});

afterAll(async () => {
  await front.remove();
});

describe('upserts', () => {
  it('insert_only leaves existing points alone, update_only inserts none', async () => {
    const name = await aCollection(client);
    await client.upsert(name, { points: [aPoint(1, { v: 'old' })] });

    await client.upsert(name, {
      points: [aPoint(1, { v: 'new' }), aPoint(2, { v: 'new' })],
      update_mode: 'insert_only',
    });
    expect([await payloadOf(client, name, 1), await payloadOf(client, name, 2)]).toEqual([{ v: 'old' }, { v: 'new' }]);

    await client.upsert(name, { points: [aPoint(1, { v: 'newer' }), aPoint(3)], update_mode: 'update_only' });
    expect(await payloadOf(client, name, 1)).toEqual({ v: 'newer' });
    expect(await idsOf(client, name)).toEqual([1, 2]);
  });

  it('update_filter guards existing points and lets new ones in', async () => {
    const name = await aCollection(client);
    await client.upsert(name, { points: [aPoint(1, { live: true }), aPoint(2, { live: false })] });

    await client.upsert(name, {
      points: [aPoint(1, { v: 2 }), aPoint(2, { v: 2 }), aPoint(3, { v: 2 })],
      update_filter: { must: [{ key: 'live', match: { value: false } }] },
    });

    expect(await payloadOf(client, name, 1)).toEqual({ live: true });
    expect(await payloadOf(client, name, 2)).toEqual({ v: 2 });
    expect(await payloadOf(client, name, 3)).toEqual({ v: 2 });
  });

  it('the batch form, UUID ids in any spelling and text of any kind are stored as given', async () => {
    const name = await aCollection(client);
    const text = 'quotes " \' ` and 😀 and \u0000 and \\u0041';
    await client.upsert(name, {
      batch: {
        ids: ['6BA7B8109DAD11D180B400C04FD430C8', 7],
        vectors: {
          dense: [
            [0, 1, 0, 0],
            [0, 0, 2, 0],
          ],
        },
        payloads: [{ text, 'key "😀"': 1 }, { text: '' }],
      },
    });

    const found = await client.retrieve(name, { ids: [7, '6ba7b810-9dad-11d1-80b4-00c04fd430c8'], with_vector: true });

    expect(found).toEqual([
      { id: 7, payload: { text: '' }, vector: { dense: [0, 0, 1, 0] } },
      {
        id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
        payload: { text, 'key "😀"': 1 },
        vector: { dense: [0, 1, 0, 0] },
      },
    ]);
  });

  it('concurrent writers on one collection lose nothing and insert_only has one winner', async () => {
    const name = await aCollection(client);
    const writers = Array.from({ length: 20 }, (_, writer) => writer);

    await Promise.all(
      writers.map(async (writer) => {
        const points = [aPoint(1, { writer }), ...Array.from({ length: 50 }, (_, i) => aPoint(100 + writer * 50 + i))];
        await client.upsert(name, { points, update_mode: 'insert_only' });
      }),
    );

    expect(await client.count(name)).toEqual({ count: 1001 });
    const first = await payloadOf(client, name, 1);
    await client.upsert(name, { points: [aPoint(1, { writer: -1 })], update_mode: 'insert_only' });
    expect(await payloadOf(client, name, 1)).toEqual(first);
  });
});

describe('changes of points', () => {
  it('payloads are set, overwritten, trimmed and cleared, by id and by filter', async () => {
    const name = await aCollection(client);
    await client.upsert(name, { points: [aPoint(1, { a: 1, b: 1 }), aPoint(2, { a: 2, b: 2 })] });

    await client.setPayload(name, { payload: { live: true }, filter: { must: [{ key: 'a', match: { value: 1 } }] } });
    expect(await payloadOf(client, name, 1)).toEqual({ a: 1, b: 1, live: true });
    await client.setPayload(name, { payload: { deep: 1 }, key: 'c.d', points: [2] });
    expect(await payloadOf(client, name, 2)).toEqual({ a: 2, b: 2, c: { d: { deep: 1 } } });
    await client.overwritePayload(name, { payload: { z: 1 }, points: [1] });
    expect(await payloadOf(client, name, 1)).toEqual({ z: 1 });
    await client.deletePayload(name, { keys: ['b', 'c.d'], points: [2] });
    expect(await payloadOf(client, name, 2)).toEqual({ a: 2, c: {} });
    await client.clearPayload(name, { points: [2] });
    expect(await payloadOf(client, name, 2)).toEqual({});
  });

  it('points are deleted by id and by filter, and missing ids are no error', async () => {
    const name = await aCollection(client);
    await client.upsert(name, { points: [1, 2, 3, 4].map((id) => aPoint(id, { ingestion_id: `i${id % 2}` })) });

    await client.delete(name, { wait: true, points: [2, 99] });
    await client.delete(name, { wait: true, filter: { must: [{ key: 'ingestion_id', match: { value: 'i1' } }] } });

    expect(await idsOf(client, name)).toEqual([4]);
  });

  it('vectors are replaced and removed one by one', async () => {
    const name = await aCollection(client);
    await client.upsert(name, {
      points: [aPoint(1, {}, { dense: [1, 0, 0, 0], sparse: { indices: [3, 1], values: [0.5, 2] } })],
    });

    await client.updateVectors(name, { points: [{ id: 1, vector: { dense: [0, 1, 0, 0] } }] });
    const both = await client.retrieve(name, { ids: [1], with_vector: true });
    expect(both[0]?.vector).toEqual({ dense: [0, 1, 0, 0], sparse: { indices: [1, 3], values: [2, 0.5] } });
    await client.deleteVectors(name, { points: [1], vector: ['sparse'] });
    expect((await client.retrieve(name, { ids: [1], with_vector: ['dense', 'sparse'] }))[0]?.vector).toEqual({
      dense: [0, 1, 0, 0],
    });
  });

  it('a batch applies its operations in order', async () => {
    const name = await aCollection(client);

    const results = await client.batchUpdate(name, {
      operations: [
        { upsert: { points: [aPoint(1, { a: 1 }), aPoint(2, { a: 2 }), aPoint(3)] } },
        { set_payload: { payload: { live: true }, points: [1] } },
        { overwrite_payload: { payload: { only: 1 }, points: [2] } },
        { delete_payload: { keys: ['a'], points: [1] } },
        { update_vectors: { points: [{ id: 1, vector: { dense: [0, 0, 0, 1] } }] } },
        { delete: { points: [3] } },
      ],
    });

    expect(results.map((result) => result.status)).toEqual(Array(6).fill('completed'));
    expect(await payloadOf(client, name, 1)).toEqual({ live: true });
    expect(await payloadOf(client, name, 2)).toEqual({ only: 1 });
    expect(await idsOf(client, name)).toEqual([1, 2]);
  });
});
