import type { OpenAI } from 'openai';

import { countTokens } from '#tokens';
import type { CallLimits, ModelReply, PaidCalls, Tokens } from '#usage';

import { nobody, type ModelCallOptions } from '../extraction-model.js';
import { replyOf, saidBy } from './completion.js';
import { openAiFailure } from './failure.js';
import { otherTokenField, refusesField, type TokenField } from './token-field.js';

export interface OpenAiChatOptions {
  readonly client: OpenAI;
  readonly calls: PaidCalls;
  /** Name of the provider, as results are marked with. */
  readonly provider: string;
  readonly model: string;
  /** Undefined for models that take none. */
  readonly temperature: number | undefined;
  readonly answerTokensMax: number;
  /** What the bound of the answer is called at first; the other name follows where a server refuses this one. */
  readonly tokenField: TokenField;
  readonly limits: CallLimits;
  readonly nowMs: () => number;
}

/** What a model is told whatever it is asked, and the form of its answer. */
export interface ChatPrompt {
  readonly system: string;
  /** JSON schema of the answer, in the subset that structured outputs take. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** A bad answer, and what the model is told that gave it. */
export interface Repair {
  readonly answer: string;
  readonly request: string;
}

export interface ChatQuestion {
  /** What it is paid for as, and what its answer is called. */
  readonly purpose: string;
  readonly prompt: ChatPrompt;
  /** The data, as JSON, so that nothing in it can end it. */
  readonly data: string;
  readonly repair?: Repair | undefined;
  /** Estimate of the tokens of the call. */
  readonly tokens: Tokens;
}

/** What the model said, and what was made of it. */
export interface ChatReply<T> extends ModelReply<T | undefined> {
  readonly said: string;
}

/** A chat model with structured outputs; each question is a call that is paid for and bounded like all others. */
export class OpenAiChat {
  /** As the server last took it. */
  private tokenField: TokenField;
  /** Failures that are about the name of the field, and so cost nothing. */
  private readonly fieldRefusals = new WeakSet<object>();

  constructor(private readonly options: OpenAiChatOptions) {
    this.tokenField = options.tokenField;
  }

  get id(): string {
    return `${this.options.provider}/${this.options.model}`;
  }

  /**
   * What `check` makes of the answer, see `replyOf`. Asks once more where the server wants another name for its bound.
   * @throws whatever `PaidCalls` throws, and failures of the client, classified.
   */
  async ask<T>(
    question: ChatQuestion,
    options: ModelCallOptions,
    check: (answer: unknown) => T | undefined,
  ): Promise<ChatReply<T>> {
    const sent = this.tokenField;
    try {
      return await this.askWith(sent, question, options, check);
    } catch (error) {
      if (!this.fieldRefusals.has(error as object)) throw error;
    }
    const other = otherTokenField(sent);
    const reply = await this.askWith(other, question, options, check);
    // Only now, as a server may name the field because of its value, which is no better under the other name.
    this.tokenField = other;
    return reply;
  }

  private async askWith<T>(
    field: TokenField,
    question: ChatQuestion,
    { signal, caller = nobody }: ModelCallOptions,
    check: (answer: unknown) => T | undefined,
  ): Promise<ChatReply<T>> {
    const { calls, client, limits, nowMs } = this.options;
    const { purpose, tokens } = question;
    const request = this.request(question, field);
    let said = '';
    const call = { model: this.id, purpose, tokens, limits, caller, signal };
    const reply = await calls.run(call, async (callSignal) => {
      try {
        const completion = await client.chat.completions.create(request, { signal: callSignal });
        said = saidBy(completion);
        return replyOf(completion, check);
      } catch (error) {
        const failure = openAiFailure(error, this.id, nowMs());
        if (refusesField(error, field)) this.fieldRefusals.add(failure);
        throw failure;
      }
    });
    return { ...reply, said };
  }

  private request(
    { purpose: name, prompt: { system, schema }, data, repair }: ChatQuestion,
    field: TokenField,
  ): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
    const { model, temperature, answerTokensMax } = this.options;
    return {
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: data },
        ...(repair === undefined ? [] : repairMessages(repair)),
      ],
      response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...schema } } },
      ...(temperature === undefined ? {} : { temperature }),
      [field]: answerTokensMax,
    };
  }
}

/** As a talk goes on: templates of many models take a system message at the beginning only, and roles in turns. */
function repairMessages({ answer, request }: Repair): OpenAI.Chat.ChatCompletionMessageParam[] {
  return [
    { role: 'assistant', content: answer },
    { role: 'user', content: request },
  ];
}

/** Says how many tokens are sent with some data, the prompt included, which is counted once. */
export function tokensSentWith({ system, schema }: ChatPrompt): (data: string) => number {
  const always = countTokens(system) + countTokens(JSON.stringify(schema));
  return (data) => always + countTokens(data);
}
