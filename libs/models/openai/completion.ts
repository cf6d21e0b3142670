import type { OpenAI } from 'openai';

import type { SaidReply } from '#usage';

/**
 * Reads a completion, which may come from any server that claims to speak the same language. `check` takes from its
 * JSON what is of use; nothing if it is not of the shape that was asked for. Of the outcomes `refused` and `filtered`
 * are the model's last word; `cut-off` and `invalid` may be better the second time.
 */
export function replyOf<T>(
  { choices, usage }: Partial<OpenAI.Chat.ChatCompletion>,
  check: (answer: unknown) => T | undefined,
): SaidReply<T | undefined> {
  const tokens = {
    promptTokens: saidTokens(usage?.prompt_tokens),
    completionTokens: saidTokens(usage?.completion_tokens),
  };
  const choice = choices?.[0] as Partial<OpenAI.Chat.ChatCompletion.Choice> | undefined;
  const useless = (outcome: string): SaidReply<undefined> => ({ value: undefined, tokens, outcome });
  if (choice?.finish_reason === 'content_filter') return useless('filtered');
  if (typeof choice?.message?.refusal === 'string' && choice.message.refusal !== '') return useless('refused');
  if (choice?.finish_reason === 'length') return useless('cut-off');
  const value = check(parsed(choice?.message?.content));
  return value === undefined ? useless('invalid') : { value, tokens, outcome: 'answered' };
}

/** The words of a completion, whatever they are worth. */
export function saidBy({ choices }: Partial<OpenAI.Chat.ChatCompletion>): string {
  const choice = choices?.[0] as Partial<OpenAI.Chat.ChatCompletion.Choice> | undefined;
  const content: unknown = choice?.message?.content;
  return typeof content === 'string' ? content : '';
}

function parsed(content: unknown): unknown {
  if (typeof content !== 'string') return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** Tokens as a server says them; undefined if it does not, which is not the same as none. */
export function saidTokens(tokens: unknown): number | undefined {
  return typeof tokens === 'number' && Number.isFinite(tokens) && tokens >= 0 ? Math.round(tokens) : undefined;
}
