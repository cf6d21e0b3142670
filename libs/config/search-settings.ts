import { choice, durationMs, flag } from './parsers.js';

/** How questions are answered. */
export const searchSettings = {
  searchBudgetMs: {
    env: 'PENSTOCK_SEARCH_BUDGET',
    default: '2s',
    parse: durationMs,
    description: 'How long a store may take to answer a question before the answer does without it',
  },
  searchCacheTtlMs: {
    env: 'PENSTOCK_SEARCH_CACHE_TTL',
    default: '10m',
    parse: durationMs,
    description: 'How long an answer is kept, as long as nothing in its namespace changes',
  },
  searchQueriesTtlMs: {
    env: 'PENSTOCK_SEARCH_QUERIES_TTL',
    default: '30d',
    parse: durationMs,
    description: 'How long questions are kept for analysis',
  },
  searchKeepQueries: {
    env: 'PENSTOCK_SEARCH_KEEP_QUERIES',
    default: 'true',
    parse: flag,
    description: 'Whether the words of questions are kept as well, or only what became of them',
  },
  answerProvider: {
    env: 'PENSTOCK_ANSWER_PROVIDER',
    default: 'none',
    parse: choice('none', 'openai'),
    description: 'Who words answers: none leaves them as they stand in documents, openai is a chat model of an API',
  },
} as const;
