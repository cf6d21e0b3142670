import { choice, integer, list, optional, text } from './parsers.js';

/** Which models understand the text, and where they are. */
export const modelSettings = {
  embeddingProvider: {
    env: 'PENSTOCK_EMBEDDING_PROVIDER',
    default: 'local',
    parse: choice('local', 'openai', 'hash'),
    description:
      'Embedding model: local is all-MiniLM-L6-v2 on this machine, openai an API, hash makes vectors of words for tests',
  },
  embeddingDimensions: {
    env: 'PENSTOCK_EMBEDDING_DIMENSIONS',
    default: '',
    parse: optional(integer(8, 4096)),
    description: 'Length of dense vectors; by default what the model gives, 384 for hash',
  },
  embeddingFolder: {
    env: 'PENSTOCK_EMBEDDING_FOLDER',
    default: '',
    parse: optional(text),
    description: 'Folder of the local embedding model; by default where set-up put it',
  },
  embeddingHubModel: {
    env: 'PENSTOCK_EMBEDDING_HUB_MODEL',
    default: '',
    parse: optional(text),
    description: 'Fetch all-MiniLM-L6-v2 under this name from the Hugging Face hub into that folder instead',
  },
  entityTypes: {
    env: 'PENSTOCK_ENTITY_TYPES',
    default: 'Person,Organization,Location,Product,Event,Money,Percent,Date,Concept',
    parse: list,
    description: 'The ontology: types that entities may have; what a model finds of any other type is left out',
  },
  extractionProvider: {
    env: 'PENSTOCK_EXTRACTION_PROVIDER',
    default: 'local',
    parse: choice('local', 'openai'),
    description: 'Extraction model: local is deterministic rules, openai a chat model of an API',
  },
} as const;
