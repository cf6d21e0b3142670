import { APIError } from 'openai';

/** What the bound of an answer is called: newer models take only the first name, older servers only the second. */
export type TokenField = 'max_completion_tokens' | 'max_tokens';

export function otherTokenField(field: TokenField): TokenField {
  return field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
}

/**
 * Whether a server refused a request for this field. Some say so in words only; those stay here, as they may repeat a
 * document, which at worst costs one more request that is refused.
 */
export function refusesField(error: unknown, field: TokenField): boolean {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false;
  const about: unknown = error.param ?? error.message;
  return typeof about === 'string' && about.includes(field);
}
