import type { afterEach, beforeEach } from '@jest/globals';

import { FirstNames, Metrics } from '#telemetry';
import { MemoryTurns, MemoryUsageBook, PaidCalls, pricesWith } from '#usage';

import { OpenAiServer } from '../../../test/openai/index.js';
import { entityTypes } from '../extraction-model.js';
import type { OpenAiChatOptions } from './chat.js';
import { createOpenAi, type OpenAiAccess } from './client.js';
import { OpenAiEmbeddingModel, type OpenAiEmbeddingOptions } from './embedding-model.js';
import { OpenAiExtractionModel } from './extraction-model.js';
import { OpenAiIdentityModel } from './identity-model.js';
import { OpenAiWordingModel } from './wording-model.js';

/** All models against a server, with all that they need in memory. */
export class OpenAiRig {
  readonly metrics = new Metrics();
  readonly book = new MemoryUsageBook();
  readonly calls: PaidCalls;
  private readonly limits = { callsAtOnce: 8, requestsPerMinute: undefined, tokensPerMinute: undefined };

  constructor(
    private readonly server: OpenAiServer,
    timeoutMs = 20_000,
  ) {
    const nowMs = (): number => Date.now();
    const { book, metrics } = this;
    const options = {
      book,
      metrics,
      nowMs,
      prices: pricesWith([]),
      shownNamespaces: new FirstNames(1),
      turns: new MemoryTurns(nowMs),
      timeoutMs,
    };
    this.calls = new PaidCalls({ ...options, defaultBudgets: [], turnWaitMsMax: 20_000, budgetWaitMsMax: 3_600_000 });
  }

  extraction(access: Partial<OpenAiAccess> = {}, options: Partial<OpenAiChatOptions> = {}): OpenAiExtractionModel {
    const { metrics } = this;
    return new OpenAiExtractionModel({ ...this.chat(access), types: entityTypes, metrics, ...options });
  }

  wording(): OpenAiWordingModel {
    return new OpenAiWordingModel(this.chat());
  }

  identity(): OpenAiIdentityModel {
    return new OpenAiIdentityModel(this.chat());
  }

  embedding(options: Partial<OpenAiEmbeddingOptions> = {}): OpenAiEmbeddingModel {
    return new OpenAiEmbeddingModel({
      ...{ client: this.client({}), calls: this.calls, provider: 'openai', model: 'text-embedding-3-small' },
      ...{ dimensions: 1536, choosesDimensions: false, batch: { tokensMax: 50_000, textsMax: 2048 } },
      ...{ limits: this.limits, nowMs: () => Date.now() },
      ...options,
    });
  }

  private chat(access: Partial<OpenAiAccess> = {}): OpenAiChatOptions {
    return {
      ...{ client: this.client(access), calls: this.calls, provider: 'openai', model: 'gpt-4.1-mini', temperature: 0 },
      ...{ answerTokensMax: 2048, tokenField: 'max_completion_tokens', limits: this.limits, nowMs: () => Date.now() },
    };
  }

  private client(access: Partial<OpenAiAccess>): ReturnType<typeof createOpenAi> {
    const { baseUrl, key: apiKey } = this.server;
    return createOpenAi({ apiKey, baseUrl, apiVersion: undefined, ...access });
  }
}

/** A server, and all models against it, while tests run: `openAi(beforeEach, afterEach)` has new ones for each. */
export function openAi(open: typeof beforeEach, close: typeof afterEach): RunningOpenAi {
  const running = new RunningOpenAi();
  open(async () => {
    running.server = await OpenAiServer.start();
    running.rig = new OpenAiRig(running.server);
  });
  close(() => running.server.close());
  return running;
}

class RunningOpenAi {
  server!: OpenAiServer;
  rig!: OpenAiRig;
}
