import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QdrantClient } from '@qdrant/js-client-rest';
import { aCollection, fourPoints } from './build-points.js';
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

describe('filters', () => {
  const cases: [string, Filter, number[]][] = [
    ['match true', isLive, [2, 3, 4]],
    ['match false', { must: [{ key: 'live', match: { value: false } }] }, [1]],
    ['a number is no boolean', { must: [{ key: 'live', match: { value: 1 } }] }, []],
    ['match any', { must: [{ key: 'seq', match: { any: [0, 3] } }] }, [1, 4]],
    ['match except', { must: [{ key: 'seq', match: { except: [0, 3] } }] }, [2, 3]],
    ['match text', { must: [{ key: 'text', match: { text: 'fox' } }] }, [3]],
    ['an element of an array', { must: [{ key: 'tags', match: { value: 't2' } }] }, [3]],
    ['range', { must: [{ key: 'seq', range: { gte: 1, lt: 3 } }] }, [2, 3]],
    ['range of times', { must: [{ key: 'at', range: { gt: '2024-01-01T00:00:00Z' } }] }, [3]],
    ['is_empty', { must: [{ is_empty: { key: 'parts' } }] }, [1, 3, 4]],
    ['is_null', { must: [{ is_null: { key: 'nothing' } }] }, [1]],
    ['has_id', { must: [{ has_id: [2, 4, 99] }] }, [2, 4]],
    ['must_not', { must_not: [{ has_id: [2, 4] }] }, [1, 3]],
    [
      'should',
      {
        should: [
          { key: 'seq', match: { value: 0 } },
          { key: 'seq', match: { value: 2 } },
        ],
      },
      [1, 3],
    ],
    ['a key inside arrays', { must: [{ key: 'parts[].kind', match: { value: 'b' } }] }, [2]],
    ['values_count', { must: [{ key: 'parts', values_count: { gte: 2 } }] }, [2]],
    ['nothing', {}, [1, 2, 3, 4]],
    [
      'min_should',
      {
        min_should: {
          min_count: 2,
          conditions: [{ key: 'live', match: { value: true } }, { key: 'seq', range: { gt: 1 } }, { has_id: [2] }],
        },
      },
      [2, 3, 4],
    ],
    [
      'nested conditions on one element',
      {
        must: [
          {
            nested: {
              key: 'parts',
              filter: {
                must: [
                  { key: 'kind', match: { value: 'a' } },
                  { key: 'size', match: { value: 2 } },
                ],
              },
            },
          },
        ],
      },
      [],
    ],
    ['a filter in a filter', { must: [{ should: [{ has_id: [1] }, { has_id: [3] }] }] }, [1, 3]],
  ];

  it.each(cases)('%s', async (_, filter, expected) => {
    const found = await client.scroll(name, { filter, limit: 100 });

    expect(found.points.map((point) => point.id)).toEqual(expected);
    expect(await client.count(name, { filter, exact: true })).toEqual({ count: expected.length });
  });
});
