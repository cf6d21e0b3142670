import type { Config } from '#config';
import {
  answerTokens,
  embeddingBatches,
  extractionPrompt,
  promptTokensOf,
  RulesExtractionModel,
  textsPerRequestMax,
  type ChunkText,
  type EntityRef,
  type Extraction,
} from '#models';
import { documentText } from '#pipeline/embedder';
import { countTokens } from '#tokens';
import { costUsd, pricesWith } from '#usage';

import { embeddingIdentity, extractionIdentity } from '../models.js';

/** A document as the parser reads it here. */
export interface ReadHere {
  readonly title: string | null;
  readonly passages: readonly ChunkText[];
}

export interface ModelEstimate {
  readonly model: string;
  readonly purpose: string;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US dollars; null if the price is unknown, 0 on this machine. */
  readonly usd: number | null;
}

/**
 * What models would cost, each distinct text paid for once. What is sent is counted; the answers of a chat model are
 * taken to say what the rules of this machine find, since nobody knows them before.
 */
export async function estimateCost(config: Config, documents: readonly ReadHere[]): Promise<ModelEstimate[]> {
  return [await extraction(config, documents), embedding(config, documents)];
}

async function extraction(config: Config, documents: readonly ReadHere[]): Promise<ModelEstimate> {
  const model = extractionIdentity(config).id;
  const chunks = distinct(
    documents.flatMap(({ passages }) => passages),
    ({ text, headingPath }) => JSON.stringify([text, headingPath]),
  );
  if (config.extractionProvider === 'local') return forNothing(model, 'extraction');
  const { entityTypes: types } = config;
  const promptTokens = promptTokensOf(extractionPrompt(types));
  const found = await new RulesExtractionModel().extract(chunks, { signal: new AbortController().signal });
  const tokens = {
    promptTokens: sum(chunks.map(promptTokens)),
    completionTokens: sum(found.map((one) => answerTokensWithin(one, types))),
  };
  const usd = costUsd(pricesWith(config.modelPrices), model, tokens);
  return { model, purpose: 'extraction', calls: chunks.length, ...tokens, usd };
}

/** Of an answer that speaks of nothing but these types. */
function answerTokensWithin({ entities, facts }: Extraction, types: readonly string[]): number {
  const isOfThem = ({ type }: EntityRef): boolean => types.includes(type);
  return answerTokens(
    entities.filter(isOfThem),
    facts.filter(({ source, target }) => isOfThem(source) && isOfThem(target)),
  );
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

function forNothing(model: string, purpose: string): ModelEstimate {
  return { model, purpose, calls: 0, promptTokens: 0, completionTokens: 0, usd: 0 };
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
