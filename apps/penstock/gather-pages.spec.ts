import { expect, it } from '@jest/globals';

import { gatherPages } from './gather-pages.js';

/** A list of so many numbers, whose cursor is where the next page begins. */
function numbered(count: number, asked: string[]): Parameters<typeof gatherPages<number>>[1] {
  return ({ limit, cursor = '0' }) => {
    asked.push(`${limit} from ${cursor}`);
    const [from, to] = [Number(cursor), Math.min(count, Number(cursor) + Number(limit))];
    const items = Array.from({ length: to - from }, (_, at) => from + at);
    return Promise.resolve(to < count ? { items, nextCursor: String(to) } : { items });
  };
}

it('gathers pages until there are as many as wanted, or no more', async () => {
  const [few, many, all]: [string[], string[], string[]] = [[], [], []];

  expect(await gatherPages(3, numbered(10, few))).toEqual([0, 1, 2]);
  expect(await gatherPages(250, numbered(1_000, many))).toHaveLength(250);
  expect(await gatherPages(1_000, numbered(201, all))).toHaveLength(201);
  expect([few, many, all]).toEqual([['3 from 0'], ['200 from 0', '50 from 200'], ['200 from 0', '200 from 200']]);
});
