import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QdrantClient } from '@qdrant/js-client-rest';
import { randomUUID } from 'node:crypto';
import { aCollection, aPoint, idsOf, payloadOf, refusal } from './build-points.js';
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

describe('collections', () => {
  it('a collection shows the vectors, metadata and indexes it was given', async () => {
    const name = randomUUID();
    const body = {
      vectors: { dense: { size: 8, distance: 'Dot' } },
      sparse_vectors: { sparse: { modifier: 'idf' } },
      metadata: { provider: 'hash', dimensions: 8 },
    };
    await fetch(`${front.url}/collections/${name}`, { method: 'PUT', body: JSON.stringify(body) });
    await client.createPayloadIndex(name, { field_name: 'live', field_schema: 'bool', wait: true });
    await client.createPayloadIndex(name, {
      field_name: 'namespace',
      field_schema: { type: 'keyword', is_tenant: true },
      wait: true,
    });

    const info = await client.getCollection(name);

    expect(info.config.params.vectors).toEqual(body.vectors);
    expect(info.config.params.sparse_vectors).toEqual(body.sparse_vectors);
    expect(info.config.metadata).toEqual(body.metadata);
    expect(info.payload_schema['live']).toEqual({ data_type: 'bool', points: 0 });
    expect(info.payload_schema['namespace']).toMatchObject({ data_type: 'keyword', params: { is_tenant: true } });
    expect(info).toMatchObject({ status: 'green', optimizer_status: 'ok', points_count: 0 });
  });

  it('metadata is merged, null removes a key and an empty object removes all', async () => {
    const name = await aCollection(client);
    const metadata = async (): Promise<unknown> => (await client.getCollection(name)).config.metadata;

    await client.updateCollection(name, { metadata: { model: 'a', dimensions: 4 } });
    await client.updateCollection(name, { metadata: { model: 'b', dimensions: null } });
    expect(await metadata()).toEqual({ model: 'b' });

    await client.updateCollection(name, { metadata: {} });
    expect(await metadata()).toBeUndefined();
  });

  it('a collection can be listed, found, deleted and made again empty', async () => {
    const name = await aCollection(client);
    await client.upsert(name, { points: [aPoint(1)] });
    expect((await client.getCollections()).collections).toContainEqual({ name });
    expect(await client.collectionExists(name)).toEqual({ exists: true });

    expect(await client.deleteCollection(name)).toBe(true);
    expect(await client.deleteCollection(name)).toBe(false);
    expect(await client.collectionExists(name)).toEqual({ exists: false });

    await client.createCollection(name, { vectors: { dense: { size: 4, distance: 'Cosine' } } });
    expect(await client.count(name)).toEqual({ count: 0 });
  });

  it('the client finds the server compatible', async () => {
    expect((await client.versionInfo()).version).toMatch(/^1\.18\./);
  });
});

describe('refusals', () => {
  it('an upsert with one bad point changes nothing', async () => {
    const name = await aCollection(client);
    await client.upsert(name, { points: [aPoint(1, { v: 'old' })] });

    const points = [aPoint(1, { v: 'new' }), aPoint(2), aPoint(3, {}, { dense: [1, 2, 3] })];
    expect(await refusal(client.upsert(name, { points }))).toEqual({
      status: 400,
      error: 'Wrong input: Vector dimension error: expected dim: 4, got 3',
    });

    expect(await idsOf(client, name)).toEqual([1]);
    expect(await payloadOf(client, name, 1)).toEqual({ v: 'old' });
  });

  it('errors have the status and the words of the server', async () => {
    const name = await aCollection(client);
    const vectors = { dense: { size: 4, distance: 'Cosine' } } as const;
    const misnamed = { id: 1, vector: { wrong: [1, 2, 3, 4] } };
    const cases: [() => Promise<unknown>, number, string][] = [
      [() => client.count('nowhere'), 404, "Not found: Collection `nowhere` doesn't exist!"],
      [() => client.createCollection(name, { vectors }), 409, `Wrong input: Collection \`${name}\` already exists!`],
      [() => client.createCollection('a "b"', { vectors }), 422, 'collection name cannot contain'],
      [() => client.upsert(name, { points: [misnamed] }), 400, 'Wrong input: Not existing vector name error: wrong'],
      [() => client.upsert(name, { points: [aPoint('not-a-uuid')] }), 400, 'value not-a-uuid is not a valid point ID'],
      [() => client.upsert(name, { points: [aPoint(-1)] }), 400, 'is not a valid point ID'],
      [() => client.setPayload(name, { payload: { a: 1 }, points: [9] }), 404, 'Not found: No point with id 9 found'],
      [() => client.query(name, { query: [1], using: 'dense' }), 400, 'Vector dimension error: expected dim: 4, got 1'],
      [() => client.scroll(name, { order_by: 'a' }), 400, 'Bad request: No range index for `order_by` key: `a`'],
      [() => client.scroll(name, { limit: 0 }), 422, 'limit'],
      [() => client.queryGroups(name, { group_by: 'a', limit: 1, query: [1, 0, 0, 0] }), 501, 'Not implemented'],
    ];

    for (const [call, status, error] of cases) {
      expect(await refusal(call())).toEqual({ status, error: expect.stringContaining(error) });
    }
  });

  it('a body that is no JSON is 400 and one over the limit 413', async () => {
    const name = encodeURIComponent(await aCollection(client));
    const put = (body: string): Promise<Response> =>
      fetch(`${front.url}/collections/${name}/points`, { method: 'PUT', body });

    const broken = await put('{"points": [');
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({
      status: { error: expect.stringMatching(/^Format error in JSON body/) },
    });
    const large = await put(`{"points": "${'x'.repeat(33 * 1024 * 1024)}"}`);
    expect(large.status).toBe(413);
    expect((await put('{}')).status).toBe(400);
  });
});
