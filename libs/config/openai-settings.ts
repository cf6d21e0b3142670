import { choice, decimal, durationMs, integer, list, optional, prices, secret, text } from './parsers.js';

const limit = optional(integer(1, 1_000_000_000));

/** An API that speaks OpenAI's language, what it may be asked, and what that may cost. */
export const openAiSettings = {
  openAiApiKey: {
    env: 'PENSTOCK_OPENAI_API_KEY',
    default: '',
    parse: optional(secret),
    description: 'Key for provider openai; servers of your own may need none',
  },
  openAiBaseUrl: {
    env: 'PENSTOCK_OPENAI_BASE_URL',
    default: '',
    parse: optional(text),
    description: 'Address of another API that speaks the language of OpenAI, e.g. http://127.0.0.1:11434/v1',
  },
  openAiApiVersion: {
    env: 'PENSTOCK_OPENAI_API_VERSION',
    default: '',
    parse: optional(text),
    description: "Azure's api-version; with it, models are the names of deployments",
  },
  openAiEmbeddingApiKey: {
    env: 'PENSTOCK_OPENAI_EMBEDDING_API_KEY',
    default: '',
    parse: optional(secret),
    description:
      'Key for embeddings; empty: PENSTOCK_OPENAI_API_KEY, but none at an address of embeddings of their own',
  },
  openAiEmbeddingBaseUrl: {
    env: 'PENSTOCK_OPENAI_EMBEDDING_BASE_URL',
    default: '',
    parse: optional(text),
    description: 'Address for embeddings where another server makes them; empty: PENSTOCK_OPENAI_BASE_URL',
  },
  openAiEmbeddingApiVersion: {
    env: 'PENSTOCK_OPENAI_EMBEDDING_API_VERSION',
    default: '',
    parse: optional(text),
    description: "Azure's api-version of that other server; empty: it is none of Azure's",
  },
  openAiName: {
    env: 'PENSTOCK_OPENAI_NAME',
    default: 'openai',
    parse: text,
    description: 'What results call the provider, before the name of the model',
  },
  openAiChatModel: {
    env: 'PENSTOCK_OPENAI_CHAT_MODEL',
    default: 'gpt-4.1-mini',
    parse: text,
    description: 'Chat model that extracts; it must know structured outputs',
  },
  openAiEmbeddingModel: {
    env: 'PENSTOCK_OPENAI_EMBEDDING_MODEL',
    default: 'text-embedding-3-small',
    parse: text,
    description: 'Embedding model',
  },
  openAiEmbeddingSendsDimensions: {
    env: 'PENSTOCK_OPENAI_EMBEDDING_SENDS_DIMENSIONS',
    default: 'auto',
    parse: choice('auto', 'true', 'false'),
    description:
      'Ask for vectors of PENSTOCK_EMBEDDING_DIMENSIONS; auto: of models of OpenAI, by their names, that give others by themselves',
  },
  openAiTemperature: {
    env: 'PENSTOCK_OPENAI_TEMPERATURE',
    default: '0',
    parse: optional(decimal(0, 2)),
    description: 'Temperature of the chat model; empty for models that take none',
  },
  openAiAnswerTokensMax: {
    env: 'PENSTOCK_OPENAI_ANSWER_TOKENS_MAX',
    default: '2048',
    parse: integer(64, 128_000),
    description: 'Most tokens of one answer of the chat model',
  },
  openAiBatchTokens: {
    env: 'PENSTOCK_OPENAI_BATCH_TOKENS',
    default: '50000',
    parse: integer(100, 300_000),
    description: 'Most tokens of one request for embeddings',
  },
  openAiTimeoutMs: {
    env: 'PENSTOCK_OPENAI_TIMEOUT',
    default: '30s',
    parse: durationMs,
    description: 'Limit for one call; at most a quarter of PENSTOCK_HANDLER_DEADLINE',
  },
  openAiCallsMax: {
    env: 'PENSTOCK_OPENAI_CALLS_MAX',
    default: '16',
    parse: integer(1, 1000),
    description: 'Most calls of one model at the same time, over all processes',
  },
  openAiChatRequestsPerMinute: {
    env: 'PENSTOCK_OPENAI_CHAT_REQUESTS_PER_MINUTE',
    default: '',
    parse: limit,
    description:
      "Most requests to the chat model in any minute, over all processes; empty: as the provider's answers say",
  },
  openAiChatTokensPerMinute: {
    env: 'PENSTOCK_OPENAI_CHAT_TOKENS_PER_MINUTE',
    default: '',
    parse: limit,
    description: 'The same for tokens',
  },
  openAiEmbeddingRequestsPerMinute: {
    env: 'PENSTOCK_OPENAI_EMBEDDING_REQUESTS_PER_MINUTE',
    default: '',
    parse: limit,
    description: 'The same for requests to the embedding model',
  },
  openAiEmbeddingTokensPerMinute: {
    env: 'PENSTOCK_OPENAI_EMBEDDING_TOKENS_PER_MINUTE',
    default: '',
    parse: limit,
    description: 'The same for tokens of the embedding model',
  },
  modelPrices: {
    env: 'PENSTOCK_MODEL_PRICES',
    default: '',
    parse: prices,
    description: 'Dollars per million tokens in and out, e.g. openai/gpt-4.1-mini=0.40/1.60, comma separated',
  },
  modelBudget: {
    env: 'PENSTOCK_MODEL_BUDGET',
    default: '',
    parse: list,
    description: 'What a namespace without budgets of its own may spend, e.g. 20usd/month, 1000000tokens/day',
  },
  budgetWaitMsMax: {
    env: 'PENSTOCK_BUDGET_WAIT_MAX',
    default: '2d',
    parse: durationMs,
    description: 'How long a document may wait for a budget, at the extractor and again at the embedder; at most 3d',
  },
  parkedEventsMax: {
    env: 'PENSTOCK_PARKED_EVENTS_MAX',
    default: '10000',
    parse: integer(0, 100_000),
    description:
      'Most parts of documents that wait for a budget in PostgreSQL, holding up nobody; at most 100000. More wait in place',
  },
  modelMetricsNamespacesMax: {
    env: 'PENSTOCK_MODEL_METRICS_NAMESPACES_MAX',
    default: '50',
    parse: integer(0, 10_000),
    description:
      'Most namespaces that metrics of tokens and money tell apart: the first that a process meets; the rest is (other)',
  },
} as const;
