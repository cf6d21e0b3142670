import type { OpenAI } from 'openai';

import { countTokens } from '#tokens';
import type { CallLimits, ModelReply, PaidCalls, Tokens } from '#usage';

import { nobody, type ModelCallOptions } from '../extraction-model.js';
import { replyOf } from './completion.js';
import { openAiFailure } from './failure.js';

export interface OpenAiChatOptions {
  readonly client: OpenAI;
  readonly calls: PaidCalls;
  /** Name of the provider, as results are marked with. */
  readonly provider: string;
  readonly model: string;
  /** Undefined for models that take none. */
  readonly temperature: number | undefined;
  readonly answerTokensMax: number;
  /** Whether the bound of the answer is called `max_completion_tokens`, or `max_tokens` as other servers know it. */
  readonly namesCompletionTokens: boolean;
  readonly limits: CallLimits;
  readonly nowMs: () => number;
}

/** What a model is told whatever it is asked, and the form of its answer. */
export interface ChatPrompt {
  readonly system: string;
  /** JSON schema of the answer, in the subset that structured outputs take. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface ChatQuestion {
  /** What it is paid for as, and what its answer is called. */
  readonly purpose: string;
  readonly prompt: ChatPrompt;
  /** The data, as JSON, so that nothing in it can end it. */
  readonly data: string;
  /** What a model is told that answered badly before. */
  readonly repair?: string | undefined;
  /** Estimate of the tokens of the call. */
  readonly tokens: Tokens;
}

/** A chat model with structured outputs; each question is a call that is paid for and bounded like all others. */
export class OpenAiChat {
  constructor(private readonly options: OpenAiChatOptions) {}

  get id(): string {
    return `${this.options.provider}/${this.options.model}`;
  }

  /**
   * What `check` makes of the answer, see `replyOf`. @throws whatever `PaidCalls` throws, and failures of the client,
   *   classified.
   */
  ask<T>(
    question: ChatQuestion,
    { signal, caller = nobody }: ModelCallOptions,
    check: (answer: unknown) => T | undefined,
  ): Promise<ModelReply<T | undefined>> {
    const { calls, client, limits, nowMs } = this.options;
    const { purpose, tokens } = question;
    return calls.run({ model: this.id, purpose, tokens, limits, caller, signal }, async (callSignal) => {
      try {
        return replyOf(await client.chat.completions.create(this.request(question), { signal: callSignal }), check);
      } catch (error) {
        throw openAiFailure(error, this.id, nowMs());
      }
    });
  }

  private request({
    purpose: name,
    prompt: { system, schema },
    data,
    repair,
  }: ChatQuestion): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
    const { model, temperature, answerTokensMax, namesCompletionTokens } = this.options;
    return {
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: data },
        ...(repair === undefined ? [] : [{ role: 'system' as const, content: repair }]),
      ],
      response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...schema } } },
      ...(temperature === undefined ? {} : { temperature }),
      ...(namesCompletionTokens ? { max_completion_tokens: answerTokensMax } : { max_tokens: answerTokensMax }),
    };
  }
}

/** Says how many tokens are sent with some data, the prompt included, which is counted once. */
export function tokensSentWith({ system, schema }: ChatPrompt): (data: string) => number {
  const always = countTokens(system) + countTokens(JSON.stringify(schema));
  return (data) => always + countTokens(data);
}
