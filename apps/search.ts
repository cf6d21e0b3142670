import type { Redis } from 'ioredis';

import { sparseQuery, type EmbeddingModel } from '#models';
import { Asker, ContextBuilder, GraphReader, NearAnswers, QueryReader, QueryTable, Searcher } from '#query';
import { sparseTerms } from '#models';
import { countTokens } from '#tokens';
import { Neo4jFactIndex } from '#stores/neo4j';
import { PostgresDocumentIndex } from '#stores/postgres';
import { PointLists, QdrantPassageIndex } from '#stores/qdrant';
import { RedisAnswerCache } from '#stores/redis';
import type { DocumentIndex, FactIndex, PassageIndex } from '#stores/reading';
import type { Log } from '#telemetry';

import { createEmbeddingModel } from './models.js';
import { createOpenAiWording } from './openai-models.js';
import type { Platform } from './platform.js';
import { qdrantAddress, storeClients } from './stores.js';

/** What answers questions in a process with the api role. */
export interface SearchParts {
  readonly searcher: Searcher;
  readonly contexts: ContextBuilder;
  readonly asker: Asker;
  readonly queries: QueryReader;
  readonly graph: GraphReader;
  /** Loads the model and lets each store plan its first query, so that the first question need not wait for that. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the search; drivers connect and the model is loaded by `warmUp`, or else with the first question. */
export function createSearch(platform: Platform, redis: Redis): SearchParts {
  const { config, log, metrics, nowMs, pool, reads } = platform;
  const ttlMs = config.searchCacheTtlMs;
  const clients = storeClients(platform);
  const driver = clients.neo4j();
  const pointLists = new PointLists(qdrantAddress(config));
  const model = createEmbeddingModel(platform);
  const queryLog = new QueryTable(pool, {
    ...{ keptMs: config.searchQueriesTtlMs, words: config.searchKeepQueries, nowMs },
    onLost: (count, error) => log.warn({ err: error, count }, 'questions could not be kept'),
  });
  const parts = {
    passages: new QdrantPassageIndex(clients.qdrant(), pointLists, sparseTerms),
    facts: new Neo4jFactIndex(driver),
    documents: new PostgresDocumentIndex(reads),
    cache: new NearAnswers(new RedisAnswerCache(redis, { ttlMs }), { ttlMs, nowMs }),
    ...{ model, log: queryLog, metrics },
  };
  const searcher = new Searcher(parts, { budgetMs: config.searchBudgetMs });
  const graph = new GraphReader(parts.facts, parts.documents);
  return {
    searcher,
    contexts: new ContextBuilder(searcher, countTokens),
    queries: new QueryReader(reads),
    graph,
    asker: new Asker(searcher, graph, {
      budgetMs: config.searchBudgetMs,
      ...(config.answerProvider === 'openai' ? { wording: createOpenAiWording(platform) } : {}),
    }),
    warmUp: () => warmUp(parts, log),
    close: async () => {
      await queryLog.flush();
      await Promise.all([driver.close(), model.close(), pointLists.close()]);
    },
  };
}

interface Warmed {
  readonly model: EmbeddingModel;
  readonly passages: PassageIndex;
  readonly facts: FactIndex;
  readonly documents: DocumentIndex;
}

/** A store that is away now may be there when somebody asks, and whatever is wrong is said to them. */
async function warmUp({ model, passages, facts, documents }: Warmed, log: Log): Promise<void> {
  const scope = { namespace: 'default', filter: {}, limit: 1, signal: new AbortController().signal };
  const dense = new Array<number>(model.dimensions).fill(1);
  const done = await Promise.allSettled([
    model.prepare(),
    passages.lists(['hybrid'], { dense, sparse: sparseQuery('warm') }, scope),
    facts.around([], {}, scope),
    documents.entitiesNamed(scope.namespace, ['warm']),
  ]);
  for (const one of done) if (one.status === 'rejected') log.debug({ err: one.reason as Error }, 'search is not warm');
}
