import type { Config } from '#config';
import {
  answerTokens,
  extractionPrompt,
  promptTokensOf,
  repairTokensOf,
  RulesExtractionModel,
  totalUsage,
  type ChunkText,
  type EntityRef,
  type Extraction,
} from '#models';
import { withinOntology, type FoundPart } from '#pipeline/extractor';
import { costUsd, pricesWith, type Tokens } from '#usage';

import { extractionIdentity } from '../models.js';
import { identityCalls } from './identity-calls.js';
import { distinct, forNothing, type ModelEstimate, type ReadHere } from './model-estimate.js';

interface ExtractionEstimate {
  readonly asked: ModelEstimate;
  /** What may be asked besides. */
  readonly possible: readonly ModelEstimate[];
}

/** One call for each distinct passage; besides, names in doubt, and a repair of each answer. */
export async function estimateExtraction(config: Config, documents: readonly ReadHere[]): Promise<ExtractionEstimate> {
  const { id: model } = extractionIdentity(config);
  if (config.extractionProvider === 'local') return { asked: forNothing(model, 'extraction'), possible: [] };
  const { entityTypes: types } = config;
  const passages = distinct(
    documents.flatMap((document) => document.passages),
    keyOf,
  );
  const found = await new RulesExtractionModel().extract(passages, { signal: new AbortController().signal });
  const promptTokens = promptTokensOf(extractionPrompt(types));
  const calls = passages.map((passage, at) => ({
    promptTokens: promptTokens(passage),
    completionTokens: answerTokensWithin(found[at], types),
  }));
  const named = new Map(withinOntology(found, types).found.map((one, at) => [keyOf(passages[at]), one]));
  const priced = (purpose: string, paid: readonly Tokens[]): ModelEstimate => {
    const tokens = totalUsage(paid);
    return {
      model,
      purpose,
      calls: paid.length,
      ...tokens,
      usd: costUsd(pricesWith(config.modelPrices), model, tokens),
    };
  };
  const questions = await identityCalls(model, partsOf(documents, named));
  return {
    asked: priced('extraction', calls),
    possible: [priced('identity', questions), priced('repair', repairsOf(calls))],
  };
}

/** The question and a bad answer are sent again; both answers are taken to be as long as a good one. */
function repairsOf(calls: readonly Tokens[]): Tokens[] {
  const repairTokens = repairTokensOf();
  return calls.map(({ promptTokens, completionTokens }) => ({
    promptTokens: promptTokens + repairTokens(completionTokens),
    completionTokens,
  }));
}

/** The same text is asked about once, wherever it stands. */
function keyOf(passage: ChunkText | undefined): string {
  return passage?.text ?? '';
}

function partsOf(documents: readonly ReadHere[], found: ReadonlyMap<string, Extraction>): FoundPart[] {
  return documents.flatMap(({ parts }, at) =>
    parts.map((passages) => ({
      document: String(at),
      passages,
      found: passages.flatMap((passage) => found.get(keyOf(passage)) ?? []),
    })),
  );
}

/** Of an answer that speaks of nothing but these types. */
function answerTokensWithin(found: Extraction | undefined, types: readonly string[]): number {
  const isOfThem = ({ type }: EntityRef): boolean => types.includes(type);
  return answerTokens(
    found?.entities.filter(isOfThem) ?? [],
    found?.facts.filter(({ source, target }) => isOfThem(source) && isOfThem(target)) ?? [],
  );
}
