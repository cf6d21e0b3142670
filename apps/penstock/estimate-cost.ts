import type { Config } from '#config';
import { embeddingBatches, textsPerRequestMax } from '#models';
import { documentText } from '#pipeline/embedder';
import { countTokens } from '#tokens';
import { costUsd, pricesWith } from '#usage';

import { embeddingIdentity } from '../models.js';
import { estimateExtraction } from './estimate-extraction.js';
import { distinct, forNothing, type ModelEstimate, type ReadHere } from './model-estimate.js';

export interface CostEstimate {
  /** What is asked in any case, each distinct text once. */
  readonly models: readonly ModelEstimate[];
  /** What may be asked besides: about names in doubt, and for a repair of each answer. */
  readonly possible: readonly ModelEstimate[];
}

/**
 * What models would cost, each distinct text paid for once. What is sent is counted; the answers of a chat model are
 * taken to say what the rules of this machine find, since nobody knows them before.
 */
export async function estimateCost(config: Config, documents: readonly ReadHere[]): Promise<CostEstimate> {
  const { asked, possible } = await estimateExtraction(config, documents);
  return { models: [asked, embedding(config, documents)], possible };
}

function embedding(config: Config, documents: readonly ReadHere[]): ModelEstimate {
  const { embeddingModel: model } = embeddingIdentity(config);
  if (config.embeddingProvider !== 'openai') return forNothing(model, 'embedding');
  const batch = {
    tokensMax: config.openAiBatchTokens,
    textsMax: Math.min(textsPerRequestMax, config.partChunksMax + 1),
  };
  const asWhole = ({ title, passages }: ReadHere): string =>
    documentText({ title, chunks: passages.map(({ text }) => ({ text })) });
  const perDocument = documents.map((one) => [...one.passages.map(({ text }) => text), asWhole(one)]);
  const texts = distinct(perDocument.flat(), (text) => text).filter((text) => text.trim() !== '');
  const tokens = { promptTokens: sum(texts.map(countTokens)), completionTokens: 0 };
  const calls = sum(perDocument.map((mine) => embeddingBatches(mine, (text) => text, batch).length));
  return { model, purpose: 'embedding', calls, ...tokens, usd: costUsd(pricesWith(config.modelPrices), model, tokens) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
