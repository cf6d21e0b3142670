import type { OpenAI } from 'openai';

import type { ModelReply } from '#usage';

/** What a completion holds, or why it is of no use: `refused` and `filtered` are the model's last word. */
export interface Completion {
  /** What was said, if it was JSON. */
  readonly answer: unknown;
  readonly tokens: ModelReply<unknown>['tokens'];
  readonly useless: 'filtered' | 'refused' | 'cut-off' | undefined;
}

/** Reads a completion, which may come from any server that claims to speak the same language. */
export function completionOf({ choices, usage }: Partial<OpenAI.Chat.ChatCompletion>): Completion {
  const tokens = { promptTokens: count(usage?.prompt_tokens), completionTokens: count(usage?.completion_tokens) };
  const choice = choices?.[0] as Partial<OpenAI.Chat.ChatCompletion.Choice> | undefined;
  const useless = (why: Completion['useless']): Completion => ({ answer: undefined, tokens, useless: why });
  if (choice?.finish_reason === 'content_filter') return useless('filtered');
  if (typeof choice?.message?.refusal === 'string' && choice.message.refusal !== '') return useless('refused');
  if (choice?.finish_reason === 'length') return useless('cut-off');
  return { answer: parsed(choice?.message?.content), tokens, useless: undefined };
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
