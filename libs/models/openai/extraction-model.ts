import type { OpenAI } from 'openai';

import { PermanentFailure, TransientFailure } from '#failure';
import type { Metrics } from '#telemetry';
import { countTokens } from '#tokens';
import type { Caller, CallLimits, PaidCalls } from '#usage';

import { ExtractionModel, type ChunkText, type Extraction, type ModelCallOptions } from '../extraction-model.js';
import { extractionPrompt, passageMessage, type ExtractionPrompt } from './extraction-prompt.js';
import { extractionReply, type ExtractionReply } from './extraction-reply.js';
import { openAiFailure } from './failure.js';

export interface OpenAiExtractionOptions {
  readonly client: OpenAI;
  readonly calls: PaidCalls;
  /** Name of the provider, as results are marked with. */
  readonly provider: string;
  readonly model: string;
  readonly types: readonly string[];
  /** Undefined for models that take none. */
  readonly temperature: number | undefined;
  readonly answerTokensMax: number;
  /** Whether the bound of the answer is called `max_completion_tokens`, or `max_tokens` as other servers know it. */
  readonly namesCompletionTokens: boolean;
  readonly limits: CallLimits;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
}

/** Nobody's document: asked for without saying by whom. */
export const nobody: Caller = { namespace: 'default', documentId: null, ingestionId: null };

const repairs: Readonly<Record<string, string>> = {
  'cut-off': 'Your answer was longer than allowed. Answer again, with only the ten most important entities and facts.',
  invalid: 'Your answer did not follow the schema. Answer again, with nothing but JSON that follows it.',
};

/**
 * Entities and facts by a chat model with structured outputs. An answer that is cut off or invalid is asked for once
 * more; what is wrong then, or refused, is permanent.
 */
export class OpenAiExtractionModel extends ExtractionModel {
  private readonly prompt: ExtractionPrompt;

  constructor(private readonly options: OpenAiExtractionOptions) {
    super();
    this.prompt = extractionPrompt(options.types);
  }

  override get id(): string {
    return `${this.options.provider}/${this.options.model}`;
  }

  override get version(): string {
    return this.prompt.version;
  }

  override async extract(texts: readonly ChunkText[], options: ModelCallOptions): Promise<Extraction[]> {
    const found: Extraction[] = [];
    for (const text of texts) {
      if (options.signal.aborted) throw new TransientFailure('extraction was aborted', { reason: 'aborted' });
      found.push(await this.extractOne(text, options));
    }
    return found;
  }

  private async extractOne(chunk: ChunkText, options: ModelCallOptions): Promise<Extraction> {
    const first = await this.ask(chunk, undefined, options);
    const repair = repairs[first.outcome];
    const last = repair === undefined ? first : await this.ask(chunk, repair, options);
    if (last.value === undefined) throw useless(this.id, last.outcome);
    const { entities, facts, dropped } = last.value;
    for (const [cause, count] of Object.entries(dropped)) {
      this.options.metrics.answerItemsDropped.inc({ model: this.id, cause }, count);
    }
    const paid = last === first ? [first] : [first, last];
    const promptTokens = paid.reduce((sum, { tokens }) => sum + tokens.promptTokens, 0);
    const completionTokens = paid.reduce((sum, { tokens }) => sum + tokens.completionTokens, 0);
    return { entities, facts, usage: { promptTokens, completionTokens } };
  }

  private ask(
    chunk: ChunkText,
    repair: string | undefined,
    { signal, caller }: ModelCallOptions,
  ): Promise<ExtractionReply> {
    const { calls, client, limits, model, nowMs, types } = this.options;
    const body = this.request(chunk, repair);
    const tokens = promptTokens(this.prompt, chunk) + countTokens(chunk.text);
    const request = { model: this.id, purpose: 'extraction', tokens, limits, caller: caller ?? nobody, signal };
    return calls.run(request, async (callSignal) => {
      try {
        const completion = await client.chat.completions.create(body, { signal: callSignal });
        return extractionReply(completion, chunk.text, types);
      } catch (error) {
        throw openAiFailure(error, `${this.options.provider}/${model}`, nowMs());
      }
    });
  }

  private request(chunk: ChunkText, repair: string | undefined): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
    const { model, temperature, answerTokensMax, namesCompletionTokens } = this.options;
    const { system, schema } = this.prompt;
    return {
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: passageMessage(chunk) },
        ...(repair === undefined ? [] : [{ role: 'system' as const, content: repair }]),
      ],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'extraction', strict: true, schema: { ...schema } },
      },
      ...(temperature === undefined ? {} : { temperature }),
      ...(namesCompletionTokens ? { max_completion_tokens: answerTokensMax } : { max_tokens: answerTokensMax }),
    };
  }
}

/** Tokens of what is sent for one passage, the schema included. */
export function promptTokens({ system, schema }: ExtractionPrompt, chunk: ChunkText): number {
  return countTokens(system) + countTokens(JSON.stringify(schema)) + countTokens(passageMessage(chunk));
}

function useless(model: string, outcome: string): PermanentFailure {
  const messages: Readonly<Record<string, string>> = {
    'cut-off': 'its answers were cut off, twice: the passage holds more than PENSTOCK_OPENAI_ANSWER_TOKENS_MAX allows',
    invalid: 'its answers did not follow the schema, twice',
    refused: 'it refused to answer',
    filtered: "the provider's content filter withheld the answer",
  };
  return new PermanentFailure(`${model}: ${messages[outcome] ?? outcome}`, { reason: `model-answer-${outcome}` });
}
