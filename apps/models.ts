import { join } from 'node:path';

import type { Config } from '#config';
import { PermanentFailure } from '#failure';
import {
  AnswersTable,
  ExtractOnce,
  HashEmbeddingModel,
  RulesExtractionModel,
  SentenceEmbeddingModel,
  TracedEmbeddingModel,
  TracedExtractionModel,
  sentenceModelDimensions,
  sentenceModelId,
  type EmbeddingModel,
  type ExtractionModel,
  type IdentityModel,
} from '#models';
import { cacheFolderOf, findSentenceModel } from '#stack';

import { openAiEmbeddingIdentity } from './openai-dimensions.js';
import {
  createOpenAiEmbedding,
  createOpenAiExtraction,
  createOpenAiIdentity,
  openAiExtractionIdentity,
} from './openai-models.js';
import type { Platform } from './platform.js';

const hashDimensionsDefault = 384;

/** What vectors and their collections are marked with. */
export interface EmbeddingIdentity {
  readonly embeddingModel: string;
  readonly dimensions: number;
}

/** The embedding model that the settings name. @throws PermanentFailure if they contradict each other. */
export function embeddingIdentity(config: Config): EmbeddingIdentity {
  const { embeddingDimensions: wanted } = config;
  switch (config.embeddingProvider) {
    case 'local':
      if (wanted !== undefined && wanted !== sentenceModelDimensions) {
        throw badDimensions(`${sentenceModelId} gives ${sentenceModelDimensions} dimensions, not ${wanted}`);
      }
      return { embeddingModel: sentenceModelId, dimensions: sentenceModelDimensions };
    case 'hash': {
      const dimensions = wanted ?? hashDimensionsDefault;
      return { embeddingModel: `hash/${dimensions}`, dimensions };
    }
    case 'openai':
      return openAiEmbeddingIdentity(config);
  }
}

/** Makes the embedding model; it is loaded by `prepare`. @throws PermanentFailure if settings contradict each other. */
export function createEmbeddingModel(platform: Platform): EmbeddingModel {
  const { config, tracer } = platform;
  const { dimensions } = embeddingIdentity(config);
  switch (config.embeddingProvider) {
    case 'local':
      return new TracedEmbeddingModel(new SentenceEmbeddingModel(sentenceModelSource(config)), tracer);
    case 'hash':
      return new TracedEmbeddingModel(new HashEmbeddingModel(dimensions), tracer);
    case 'openai':
      return createOpenAiEmbedding(platform, dimensions);
  }
}

/** What makes another extraction of the same text; known without a key, as not every role asks the model. */
export function extractionIdentity({ extractionProvider, ...config }: Config): Pick<ExtractionModel, 'id' | 'version'> {
  switch (extractionProvider) {
    case 'local':
      return new RulesExtractionModel();
    case 'openai':
      return openAiExtractionIdentity(config);
  }
}

/**
 * Answers are kept before they are published, so that no redelivery asks, or pays, twice.
 * @param identity goes with a chat model that extracts; without one, rules do.
 * @throws PermanentFailure if the settings leave out what the provider needs.
 */
export function createExtractionModel(platform: Platform, identity = createIdentityModel(platform)): ExtractionModel {
  const { metrics, pool, tracer } = platform;
  if (identity !== undefined) return createOpenAiExtraction(platform, identity);
  const onReused = (model: string, answers: number): void => metrics.answersReused.inc({ model }, answers);
  const model = new TracedExtractionModel(new RulesExtractionModel(), tracer);
  return new ExtractOnce(model, new AnswersTable(pool), { onReused });
}

/** Who is asked which names are one; undefined where rules alone say so. */
export function createIdentityModel(platform: Platform): IdentityModel | undefined {
  return platform.config.extractionProvider === 'openai' ? createOpenAiIdentity(platform) : undefined;
}

function sentenceModelSource({ embeddingFolder, embeddingHubModel, cacheFolder, xdgCacheHome }: Config): {
  folder: string;
  hubModel?: string;
} {
  const cache = cacheFolderOf({ PENSTOCK_CACHE: cacheFolder, XDG_CACHE_HOME: xdgCacheHome });
  if (embeddingHubModel !== undefined) {
    return { folder: embeddingFolder ?? join(cache, 'hub'), hubModel: embeddingHubModel };
  }
  return { folder: embeddingFolder ?? findSentenceModel(cache) ?? join(cache, 'sentence-model') };
}

function badDimensions(problem: string): PermanentFailure {
  return new PermanentFailure(`PENSTOCK_EMBEDDING_DIMENSIONS: ${problem}`, { reason: 'bad-configuration' });
}
