import type { OpenAI } from 'openai';

import type { ModelReply } from '#usage';

import { completionOf } from './completion.js';
import { checkedAnswer, type CheckedAnswer } from './extraction-answer.js';

/**
 * What a model said of a passage: an answer of use, or why there is none. `refused` and `filtered` are its last word;
 * `cut-off` and `invalid` may be better the second time.
 */
export type ExtractionReply = ModelReply<CheckedAnswer | undefined>;

/** Reads what a model said of a passage. */
export function extractionReply(
  completion: Partial<OpenAI.Chat.ChatCompletion>,
  passage: string,
  types: readonly string[],
): ExtractionReply {
  const { answer, tokens, useless } = completionOf(completion);
  const value = useless === undefined ? checkedAnswer(answer, passage, types) : undefined;
  return { value, tokens, outcome: useless ?? (value === undefined ? 'invalid' : 'answered') };
}
