import type { Config } from '#config';
import {
  AnswerClaimsTable,
  AnswersTable,
  ChooseOnce,
  createOpenAi,
  EmbedOnce,
  embeddingBatches,
  extractionPrompt,
  ExtractOnce,
  identityVersion,
  OpenAiEmbeddingModel,
  OpenAiExtractionModel,
  OpenAiIdentityModel,
  OpenAiWordingModel,
  TracedEmbeddingModel,
  TracedExtractionModel,
  TracedIdentityModel,
  textsPerRequestMax,
  type Batch,
  type EmbeddingModel,
  type ExtractionModel,
  type IdentityModel,
  type OpenAiChatOptions,
  type WordingModel,
} from '#models';
import { ResolvedExtraction, resolvedVersion } from '#pipeline/extractor';
import { PaidCalls, TurnsTable, UsageTable } from '#usage';

import { budgetRules } from './budget-rules.js';
import { chatAccess, embeddingAccess } from './openai-access.js';
import { choosesDimensions } from './openai-dimensions.js';
import type { Platform } from './platform.js';

export function openAiExtractionIdentity(
  config: Pick<Config, 'openAiName' | 'openAiChatModel' | 'entityTypes'>,
): Pick<ExtractionModel, 'id' | 'version'> {
  return {
    id: `${config.openAiName}/${config.openAiChatModel}`,
    version: resolvedVersion(extractionPrompt(config.entityTypes).version, identityVersion),
  };
}

/**
 * Says which names are one where rules are in doubt; answers are kept.
 * @throws PermanentFailure without a key for OpenAI itself.
 */
export function createOpenAiIdentity(platform: Platform): IdentityModel {
  const identity = new TracedIdentityModel(new OpenAiIdentityModel(chatOptions(platform)), platform.tracer);
  return new ChooseOnce(identity, new AnswersTable(platform.pool), askingOf(platform));
}

/**
 * Names of which rules are in doubt are asked about as well.
 * @throws PermanentFailure without a key for OpenAI itself.
 */
export function createOpenAiExtraction(platform: Platform, identity: IdentityModel): ExtractionModel {
  const { config, metrics, pool, tracer } = platform;
  const [chat, answers, asking] = [chatOptions(platform), new AnswersTable(pool), askingOf(platform)];
  const model = new OpenAiExtractionModel({ ...chat, types: config.entityTypes, metrics });
  const once = new ExtractOnce(new TracedExtractionModel(model, tracer), answers, { textsPerGroup: 1, ...asking });
  return new ResolvedExtraction(once, identity);
}

/** @throws PermanentFailure without a key for OpenAI itself. */
export function createOpenAiWording(platform: Platform): WordingModel {
  return new OpenAiWordingModel(chatOptions(platform));
}

function chatOptions(platform: Platform): OpenAiChatOptions {
  const { config, nowMs } = platform;
  return {
    client: createOpenAi(chatAccess(config)),
    calls: paidCalls(platform),
    provider: config.openAiName,
    model: config.openAiChatModel,
    temperature: config.openAiTemperature,
    answerTokensMax: config.openAiAnswerTokensMax,
    tokenField:
      config.openAiBaseUrl === undefined || config.openAiApiVersion !== undefined
        ? 'max_completion_tokens'
        : 'max_tokens',
    limits: {
      callsAtOnce: config.openAiCallsMax,
      requestsPerMinute: config.openAiChatRequestsPerMinute,
      tokensPerMinute: config.openAiChatTokensPerMinute,
    },
    nowMs,
  };
}

/** @throws PermanentFailure without a key for OpenAI itself. */
export function createOpenAiEmbedding(platform: Platform, dimensions: number): EmbeddingModel {
  const { config, nowMs, pool, tracer } = platform;
  const batch = { tokensMax: config.openAiBatchTokens, textsMax: textsPerRequestMax };
  const model = new OpenAiEmbeddingModel({
    client: createOpenAi(embeddingAccess(config)),
    calls: paidCalls(platform),
    provider: config.openAiName,
    model: config.openAiEmbeddingModel,
    choosesDimensions: choosesDimensions(config, dimensions),
    limits: {
      callsAtOnce: config.openAiCallsMax,
      requestsPerMinute: config.openAiEmbeddingRequestsPerMinute,
      tokensPerMinute: config.openAiEmbeddingTokensPerMinute,
    },
    ...{ dimensions, batch, nowMs },
  });
  const batchesOf = <T>(items: readonly T[], textOf: (item: T) => string): Batch<T>[] =>
    embeddingBatches(items, textOf, batch);
  return new EmbedOnce(new TracedEmbeddingModel(model, tracer), new AnswersTable(pool), {
    batchesOf,
    ...askingOf(platform),
  });
}

/** The handler's deadline has to hold for a slice, and then a wait and a call, and the same again for a repair. */
const slicesPerDeadline = 4;
const turnWaitsPerDeadline = 12;

function askingOf({ config, metrics, pool }: Platform): {
  claims: AnswerClaimsTable;
  parallel: number;
  sliceMs: number;
  onReused: (model: string, answers: number) => void;
} {
  return {
    claims: new AnswerClaimsTable(pool),
    parallel: config.openAiCallsMax,
    sliceMs: config.handlerDeadlineMs / slicesPerDeadline,
    onReused: (model, answers) => metrics.answersReused.inc({ model }, answers),
  };
}

function paidCalls({ config, metrics, nowMs, pool, shownNamespaces }: Platform): PaidCalls {
  return new PaidCalls({
    book: new UsageTable(pool),
    turns: new TurnsTable(pool),
    ...budgetRules(config),
    timeoutMs: Math.min(config.openAiTimeoutMs, config.handlerDeadlineMs / slicesPerDeadline),
    budgetWaitMsMax: config.budgetWaitMsMax,
    turnWaitMsMax: config.handlerDeadlineMs / turnWaitsPerDeadline,
    ...{ metrics, nowMs, shownNamespaces },
  });
}
