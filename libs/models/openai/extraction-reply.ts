import type { OpenAI } from 'openai';

import type { ModelReply } from '#usage';

import { checkedAnswer, type CheckedAnswer } from './extraction-answer.js';

/**
 * What a model said of a passage: an answer of use, or why there is none. `refused` and `filtered` are its last word;
 * `cut-off` and `invalid` may be better the second time.
 */
export type ExtractionReply = ModelReply<CheckedAnswer | undefined>;

/** Reads a completion, which may come from any server that claims to speak the same language. */
export function extractionReply(
  completion: Partial<OpenAI.Chat.ChatCompletion>,
  passage: string,
  types: readonly string[],
): ExtractionReply {
  const { usage } = completion;
  const tokens = { promptTokens: count(usage?.prompt_tokens), completionTokens: count(usage?.completion_tokens) };
  const choice = completion.choices?.[0] as Partial<OpenAI.Chat.ChatCompletion.Choice> | undefined;
  const useless = (outcome: string): ExtractionReply => ({ value: undefined, tokens, outcome });
  if (choice?.finish_reason === 'content_filter') return useless('filtered');
  if (typeof choice?.message?.refusal === 'string' && choice.message.refusal !== '') return useless('refused');
  if (choice?.finish_reason === 'length') return useless('cut-off');
  const value = checkedAnswer(parsed(choice?.message?.content), passage, types);
  return value === undefined ? useless('invalid') : { value, tokens, outcome: 'answered' };
}

function parsed(content: unknown): unknown {
  if (typeof content !== 'string') return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function count(tokens: unknown): number {
  return typeof tokens === 'number' && Number.isFinite(tokens) && tokens >= 0 ? Math.round(tokens) : 0;
}
