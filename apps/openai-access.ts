import type { Config } from '#config';
import { PermanentFailure } from '#failure';
import type { OpenAiAccess } from '#models';

/** Where the chat model is. @throws PermanentFailure without a key for OpenAI itself. */
export function chatAccess({ openAiApiKey, openAiBaseUrl, openAiApiVersion }: Config): OpenAiAccess {
  return checked({ apiKey: openAiApiKey, baseUrl: openAiBaseUrl, apiVersion: openAiApiVersion });
}

/**
 * Where the embedding model is: beside the chat model, unless it has an address of its own, to which neither key nor
 * api-version of the other belongs.
 * @throws PermanentFailure without a key for OpenAI itself.
 */
export function embeddingAccess(config: Config): OpenAiAccess {
  const { openAiEmbeddingApiKey, openAiEmbeddingApiVersion, openAiEmbeddingBaseUrl } = config;
  const { openAiApiKey, openAiApiVersion: apiVersion, openAiBaseUrl: baseUrl } = config;
  return openAiEmbeddingBaseUrl === undefined
    ? checked({ apiKey: openAiEmbeddingApiKey ?? openAiApiKey, baseUrl, apiVersion })
    : { apiKey: openAiEmbeddingApiKey, baseUrl: openAiEmbeddingBaseUrl, apiVersion: openAiEmbeddingApiVersion };
}

function checked(access: OpenAiAccess): OpenAiAccess {
  const { apiKey, baseUrl, apiVersion } = access;
  if (apiKey === undefined && baseUrl === undefined) {
    throw badSetting(
      'PENSTOCK_OPENAI_API_KEY: provider openai needs a key, or PENSTOCK_OPENAI_BASE_URL another server',
    );
  }
  if (apiVersion !== undefined && baseUrl === undefined) {
    throw badSetting(
      'PENSTOCK_OPENAI_BASE_URL: an api-version needs the address of the Azure resource, ending in /openai',
    );
  }
  return access;
}

function badSetting(problem: string): PermanentFailure {
  return new PermanentFailure(problem, { reason: 'bad-configuration' });
}
