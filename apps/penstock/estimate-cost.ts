import type { Config } from '#config';
import { embeddingBatches, textsPerRequestMax } from '#models';
import { textsToEmbed } from '#pipeline/embedder';
import { costUsd, pricesWith } from '#usage';

import { embeddingIdentity } from '../models.js';
import { estimateExtraction } from './estimate-extraction.js';
import { forNothing, type ModelEstimate, type ReadHere } from './model-estimate.js';

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
  const limits = { tokensMax: config.openAiBatchTokens, textsMax: textsPerRequestMax };
  const batches = textsAsked(documents).flatMap((texts) => embeddingBatches(texts, (text) => text, limits));
  const promptTokens = batches.reduce((sum, batch) => sum + batch.tokens, 0);
  const tokens = { promptTokens, completionTokens: 0 };
  const usd = costUsd(pricesWith(config.modelPrices), model, tokens);
  return { model, purpose: 'embedding', calls: batches.length, ...tokens, usd };
}

/** Of each part, as they come to the embedder, the texts that have no vector yet; a blank one needs no model. */
function textsAsked(documents: readonly ReadHere[]): string[][] {
  const known = new Set<string>();
  const parts = documents.flatMap(({ title, parts }) => parts.map((chunks, at) => ({ title, chunks, part: at + 1 })));
  return parts.map((part) => {
    const texts = [...new Set(textsToEmbed(part))].filter((text) => text.trim() !== '' && !known.has(text));
    for (const text of texts) known.add(text);
    return texts;
  });
}
