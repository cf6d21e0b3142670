import { PermanentFailure, TransientFailure } from '#failure';
import type { Metrics } from '#telemetry';
import { countTokens } from '#tokens';

import { ExtractionModel, type ChunkText, type Extraction, type ModelCallOptions } from '../extraction-model.js';
import { totalUsage } from '../total-usage.js';
import { OpenAiChat, tokensSentWith, type ChatReply, type OpenAiChatOptions, type Repair } from './chat.js';
import { checkedAnswer, type CheckedAnswer } from './extraction-answer.js';
import { extractionPrompt, passageMessage, type ExtractionPrompt } from './extraction-prompt.js';

export interface OpenAiExtractionOptions extends OpenAiChatOptions {
  readonly types: readonly string[];
  readonly metrics: Metrics;
}

const repairRequests: Readonly<Record<string, string>> = {
  'cut-off': 'Your answer was longer than allowed. Answer again, with only the ten most important entities and facts.',
  invalid: 'Your answer did not follow the schema. Answer again, with nothing but JSON that follows it.',
};

/** So much of a bad answer is shown again, as one without end would leave no room for a better one. */
const shownAgainMax = 4_000;

/**
 * Entities and facts by a chat model with structured outputs. An answer that is cut off or invalid is asked for once
 * more; what is wrong then, or refused, is permanent.
 */
export class OpenAiExtractionModel extends ExtractionModel {
  private readonly chat: OpenAiChat;
  private readonly prompt: ExtractionPrompt;
  private readonly promptTokens: (chunk: ChunkText) => number;

  constructor(private readonly options: OpenAiExtractionOptions) {
    super();
    this.chat = new OpenAiChat(options);
    this.prompt = extractionPrompt(options.types);
    this.promptTokens = promptTokensOf(this.prompt);
  }

  override get id(): string {
    return this.chat.id;
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
    const repair = repairOf(first);
    const last = repair === undefined ? first : await this.ask(chunk, repair, options);
    if (last.value === undefined) throw useless(this.id, last.outcome);
    const { entities, facts, dropped } = last.value;
    for (const [cause, count] of Object.entries(dropped)) {
      this.options.metrics.answerItemsDropped.inc({ model: this.id, cause }, count);
    }
    const paid = last === first ? [first] : [first, last];
    return { entities, facts, usage: totalUsage(paid.map(({ tokens }) => tokens)) };
  }

  private ask(
    chunk: ChunkText,
    repair: Repair | undefined,
    options: ModelCallOptions,
  ): Promise<ChatReply<CheckedAnswer>> {
    const { prompt } = this;
    const again = repair === undefined ? 0 : countTokens(repair.answer) + countTokens(repair.request);
    const tokens = { promptTokens: this.promptTokens(chunk) + again, completionTokens: countTokens(chunk.text) };
    const question = { purpose: 'extraction', prompt, data: passageMessage(chunk), repair, tokens };
    return this.chat.ask(question, options, (answer) => checkedAnswer(answer, chunk.text, this.options.types));
  }
}

/** Says how many tokens are sent for one passage, the schema included. */
export function promptTokensOf(prompt: ExtractionPrompt): (chunk: ChunkText) => number {
  const tokensSent = tokensSentWith(prompt);
  return (chunk) => tokensSent(passageMessage(chunk));
}

/** Says how many tokens a repair sends besides those of the question, where the bad answer has so many. */
export function repairTokensOf(): (answerTokens: number) => number {
  const requestTokens = Math.max(...Object.values(repairRequests).map((request) => countTokens(request)));
  return (answerTokens) => answerTokens + requestTokens;
}

/** Nothing where the answer is good, or is the model's last word. */
function repairOf({ outcome, said }: ChatReply<unknown>): Repair | undefined {
  const request = repairRequests[outcome];
  if (request === undefined) return undefined;
  // Some servers refuse messages with nothing in them.
  const answer = said.trim() === '' ? '{}' : said.slice(0, shownAgainMax).toWellFormed();
  return { answer, request };
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
