import type { Redis } from 'ioredis';

import { Asker, ContextBuilder, GraphReader, QueryReader, QueryTable, Searcher } from '#query';
import { countTokens } from '#tokens';
import { createNeo4jDriver, Neo4jFactIndex } from '#stores/neo4j';
import { PostgresDocumentIndex } from '#stores/postgres';
import { createQdrantClient, QdrantPassageIndex } from '#stores/qdrant';
import { RedisAnswerCache } from '#stores/redis';

import { createEmbeddingModel } from './models.js';
import type { Platform } from './platform.js';

/** What answers questions in a process with the api role. */
export interface SearchParts {
  readonly searcher: Searcher;
  readonly contexts: ContextBuilder;
  readonly asker: Asker;
  readonly queries: QueryReader;
  readonly graph: GraphReader;
  close(): Promise<void>;
}

/** Makes the search; drivers connect and the model is loaded with the first question. */
export function createSearch(platform: Platform, redis: Redis): SearchParts {
  const { config, log, metrics, nowMs, pool } = platform;
  const { neo4jUrl: url, neo4jUser: user, neo4jPassword: password } = config;
  const driver = createNeo4jDriver({ url, user, password });
  const model = createEmbeddingModel(platform);
  const queryLog = new QueryTable(pool, {
    ...{ keptMs: config.searchQueriesTtlMs, words: config.searchKeepQueries, nowMs },
    onLost: (count, error) => log.warn({ err: error, count }, 'questions could not be kept'),
  });
  const parts = {
    passages: new QdrantPassageIndex(createQdrantClient({ url: config.qdrantUrl, apiKey: config.qdrantApiKey })),
    facts: new Neo4jFactIndex(driver),
    documents: new PostgresDocumentIndex(pool),
    cache: new RedisAnswerCache(redis, { ttlMs: config.searchCacheTtlMs }),
    ...{ model, log: queryLog, metrics },
  };
  const searcher = new Searcher(parts, { budgetMs: config.searchBudgetMs });
  const graph = new GraphReader(parts.facts, parts.documents);
  return {
    searcher,
    contexts: new ContextBuilder(searcher, countTokens),
    queries: new QueryReader(pool),
    graph,
    asker: new Asker(searcher, graph),
    close: async () => {
      await queryLog.flush();
      await Promise.all([driver.close(), model.close()]);
    },
  };
}
