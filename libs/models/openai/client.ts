import { AzureOpenAI, OpenAI } from 'openai';

/** Where an API that speaks OpenAI's language is, and how it knows us. */
export interface OpenAiAccess {
  /** Left out for servers that ask for none. */
  readonly apiKey: string | undefined;
  /** Left out for OpenAI itself. */
  readonly baseUrl: string | undefined;
  /** Set for Azure: deployments stand in the path, the key in `api-key`, the version in the query. */
  readonly apiVersion: string | undefined;
}

const openAiUrl = 'https://api.openai.com/v1';
const answerBytesMax = 32 * 1024 * 1024;

/**
 * The official client. Everything is passed, as it would look up in the environment what is not; it neither retries nor
 * logs, since the consumer loop does.
 */
export function createOpenAi({ apiKey, baseUrl, apiVersion }: OpenAiAccess): OpenAI {
  const options = {
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl ?? openAiUrl,
    maxRetries: 0,
    logLevel: 'off' as const,
    fetch: boundedFetch,
  };
  return apiVersion === undefined ? new OpenAI(options) : new AzureOpenAI({ ...options, apiVersion });
}

/** An answer without end would fill the memory. */
async function boundedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.body === null) return response;
  let bytes = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      bytes += piece.length;
      if (bytes > answerBytesMax) controller.error(new RangeError(`an answer of more than ${answerBytesMax} bytes`));
      else controller.enqueue(piece);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(count), { status, statusText, headers });
}
