import { setTimeout as pause } from 'node:timers/promises';

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import { migrate, withinNamespaces } from '#database';
import { sparseTerms } from '#models';
import type { SearchAnswer } from '#query';

import { migrations } from '../../apps/migrations.js';
import { createPlatform, type Platform } from '../../apps/platform.js';
import { createSearch, type SearchParts } from '../../apps/search.js';
import { createRedis, makeStoreWriter } from '../../apps/stores.js';
import { anIngestion } from '../builders/index.js';
import { aNamespace, stackEnvironment } from '../e2e/penstock-under-test.js';
import { CountedLink } from './counted-link.js';

const dimensions = 384;
const asked = 8;
const { signal } = new AbortController();
const namespace = aNamespace('questions');
const links = new Map<'postgres' | 'qdrant' | 'redis', CountedLink>();
let platform: Platform;
let redis: Redis;
let search: SearchParts;
/** As another process would have it: what it finds was kept by the first. */
let other: SearchParts;

beforeAll(async () => {
  const near = loadConfig(stackEnvironment());
  for (const [store, url] of [
    ['postgres', near.postgresUrl],
    ['qdrant', near.qdrantUrl],
    ['redis', near.redisUrl],
  ] as const) {
    links.set(store, await CountedLink.to(url));
  }
  const [postgresUrl = '', qdrantUrl = '', redisUrl = ''] = [...links.values()].map(({ url }) => url);
  const config = { ...near, postgresUrl, qdrantUrl, redisUrl, searchBudgetMs: 60_000 };
  platform = createPlatform(config, 'questions');
  await migrate(platform.pool, migrations);
  const parts = anIngestion({ namespace, documentId: 'd' })
    .withChunks(3)
    .withEntities(['Ada Lovelace', 'Alan Turing'])
    .withFacts()
    .withDimensions(dimensions)
    .build()
    .map((part) => ({ ...part, sparseTerms }));
  for (const store of ['postgres', 'qdrant'] as const) {
    const writer = makeStoreWriter(platform, store);
    await writer.prepare();
    await writer.writePending({ parts, receipts: [], signal });
    await writer.promote(parts, signal);
    await writer.close();
  }
  redis = createRedis(config);
  search = createSearch(platform, redis);
  other = createSearch(platform, redis);
  for (const one of [search, other]) await one.warmUp();
}, 300_000);

afterAll(async () => {
  for (const one of [search, other]) await one.close();
  redis.disconnect();
  await platform.pool.end();
  for (const link of links.values()) link.close();
});

async function ask({ searcher }: SearchParts, query: string): Promise<SearchAnswer> {
  const request = { query, namespace, mode: 'hybrid', filter: {}, limit: 10, offset: 0 } as const;
  const answer = JSON.parse(await searcher.searchJson(request, signal)) as SearchAnswer;
  expect(answer).toMatchObject({ leftOut: [], hits: expect.arrayContaining([expect.anything()]) as unknown });
  return answer;
}

/** What one of several questions costs at least: connections are opened, and questions written down, beside some. */
async function tripsFor(
  parts: SearchParts,
  queries: readonly string[],
  cached: boolean,
): Promise<Readonly<Record<string, number>>> {
  const least = new Map([...links.keys()].map((store) => [store, Infinity]));
  for (const query of queries) {
    const before = new Map([...links].map(([store, { count }]) => [store, count]));
    const answer = await ask(parts, query);
    for (const [store, { count }] of links) {
      least.set(store, Math.min(least.get(store) ?? Infinity, count - (before.get(store) ?? 0)));
    }
    expect(answer.cached).toBe(cached);
    // What is kept is on its way, and belongs to no question after it.
    do await pause(50);
    while (![...links.values()].every(({ idle }) => idle));
  }
  return Object.fromEntries(least);
}

const questions = (who: string): string[] => Array.from({ length: asked }, (_, at) => `ada lovelace ${who} ${at}`);

const fresh = { postgres: 2, qdrant: 1, redis: 1 };
const keptHere = { postgres: 1, qdrant: 0, redis: 0 };
const keptElsewhere = { postgres: 1, qdrant: 0, redis: 1 };

describe('a question', () => {
  it('that is answered by meaning and words asks each store once for it, and PostgreSQL for the version', async () => {
    expect(await tripsFor(search, questions('anyone'), false)).toEqual(fresh);
    expect(await tripsFor(search, questions('anyone'), true)).toEqual(keptHere);
    expect(await tripsFor(other, questions('anyone'), true)).toEqual(keptElsewhere);
  });

  it('of a caller bound to namespaces costs no more than that, for all that PostgreSQL holds it to', async () => {
    const bound = (cached: boolean) =>
      withinNamespaces([namespace], () => tripsFor(search, questions('somebody bound'), cached));

    expect(await bound(false)).toEqual(fresh);
    expect(await bound(true)).toEqual(keptHere);
  });
});
