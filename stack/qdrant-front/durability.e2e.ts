import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { QdrantClient } from '@qdrant/js-client-rest';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { aCollection, aPoint, idsOf, payloadOf } from './build-points.js';
import { FrontProcess } from './front-process.js';

const front = new FrontProcess();
let client: QdrantClient;

const restart = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
  await front.stop(signal);
  await front.start();
  client = front.client();
};

beforeAll(async () => {
  await front.start();
  client = front.client();
});

afterAll(async () => {
  await front.remove();
});

it('every acknowledged change is there after kill -9, whatever kind it was', async () => {
  const name = await aCollection(client);
  await client.createPayloadIndex(name, { field_name: 'live', field_schema: 'bool', wait: true });
  await client.updateCollection(name, { metadata: { model: 'm' } });
  await client.upsert(name, { points: [1, 2, 3, 4].map((id) => aPoint(id, { live: false })) });
  await client.setPayload(name, { payload: { live: true }, points: [1] });
  await client.delete(name, { points: [2], wait: true });
  await client.upsert(name, { points: [aPoint(3, { never: 1 })], update_mode: 'insert_only' });
  await client.updateVectors(name, { points: [{ id: 4, vector: { dense: [0, 0, 0, 1] } }] });

  await restart('SIGKILL');

  expect(await idsOf(client, name)).toEqual([1, 3, 4]);
  expect(await payloadOf(client, name, 1)).toEqual({ live: true });
  expect(await payloadOf(client, name, 3)).toEqual({ live: false });
  expect((await client.retrieve(name, { ids: [4], with_vector: true }))[0]?.vector).toEqual({ dense: [0, 0, 0, 1] });
  const info = await client.getCollection(name);
  expect(info.config.metadata).toEqual({ model: 'm' });
  expect(info.payload_schema['live']).toMatchObject({ data_type: 'bool', points: 3 });
});

it('kill -9 in the middle of a stream of writes loses nothing that was acknowledged', async () => {
  const name = await aCollection(client);
  for (const round of [1, 2, 3, 4, 5]) {
    const acknowledged: number[] = [];
    const write = async (writer: number): Promise<void> => {
      for (let i = 0; ; i += 1) {
        const ids = [0, 1, 2, 3, 4].map((offset) => round * 1e6 + writer * 1e5 + i * 5 + offset);
        await client.upsert(name, { points: ids.map((id) => aPoint(id)), wait: true });
        acknowledged.push(...ids);
      }
    };
    const writers = [0, 1, 2].map((writer) => write(writer).catch(() => undefined));
    while (acknowledged.length < 100 * round) await new Promise(setImmediate);

    await restart('SIGKILL');
    await Promise.all(writers);

    const found = await client.retrieve(name, { ids: acknowledged, with_payload: false });
    expect(found).toHaveLength(acknowledged.length);
  }
}, 120_000);

it('kill -9 while segments are rewritten leaves what was there before, whatever became of the files', async () => {
  const name = await aCollection(client);
  await client.createPayloadIndex(name, { field_name: 'live', field_schema: 'bool', wait: true });
  const ids = Array.from({ length: 3000 }, (_, i) => i);
  const isHidden = { must: [{ key: 'live', match: { value: false } }] };
  await client.upsert(name, { points: ids.map((id) => aPoint(id, { live: false })) });
  await client.setPayload(name, { payload: { live: true }, filter: isHidden });

  let rewritten = await front.restorePoint();
  while (rewritten === undefined) rewritten = await front.restorePoint();
  await front.stop('SIGKILL');
  expect(await front.restorePoint()).toBe(rewritten);
  await rm(join(rewritten, 'shard', 'segments'), { recursive: true });
  await front.start();
  client = front.client();

  expect(await client.count(name, { exact: true })).toEqual({ count: ids.length });
  expect(await client.count(name, { exact: true, filter: isHidden })).toEqual({ count: 0 });
  expect(await payloadOf(client, name, 2999)).toEqual({ live: true });
  expect(await front.restorePoint()).toBeUndefined();
}, 60_000);

it('created and deleted collections stay created and deleted after kill -9', async () => {
  const kept = await aCollection(client);
  const dropped = await aCollection(client);
  await client.deleteCollection(dropped);

  await restart('SIGKILL');

  const names = (await client.getCollections()).collections.map((collection) => collection.name);
  expect(names).toContain(kept);
  expect(names).not.toContain(dropped);
});

it('SIGTERM ends the process cleanly and keeps everything', async () => {
  const name = await aCollection(client);
  await client.upsert(name, { points: [aPoint(1, { a: 1 })] });

  expect(await front.stop('SIGTERM')).toBe(0);
  await front.start();

  expect(await payloadOf(front.client(), name, 1)).toEqual({ a: 1 });
});

it('a second process does not touch data that is being served', async () => {
  expect(await front.exitCodeOfSecond()).toBe(1);
});
