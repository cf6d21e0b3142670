import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import { createOpenAi } from '#models';

import { OpenAiServer } from '../test/openai/index.js';
import { chatAccess, embeddingAccess } from './openai-access.js';

let chat: OpenAiServer;
let vectors: OpenAiServer;

beforeEach(async () => {
  [chat, vectors] = await Promise.all([OpenAiServer.start(), OpenAiServer.start()]);
});

afterEach(() => Promise.all([chat.close(), vectors.close()]));

const accessOf = (environment: Record<string, string>): ReturnType<typeof embeddingAccess> =>
  embeddingAccess(loadConfig({ PENSTOCK_OPENAI_API_KEY: 'sk-test', ...environment }));

describe('embeddings of an API', () => {
  it('come from a server of their own, for its key', async () => {
    vectors.key = 'sk-vectors';
    const config = loadConfig({
      PENSTOCK_OPENAI_API_KEY: chat.key,
      PENSTOCK_OPENAI_BASE_URL: chat.baseUrl,
      PENSTOCK_OPENAI_EMBEDDING_API_KEY: vectors.key,
      PENSTOCK_OPENAI_EMBEDDING_BASE_URL: vectors.baseUrl,
    });

    await createOpenAi(embeddingAccess(config)).embeddings.create({ model: 'nomic-embed-text', input: ['a'] });

    expect([chat.keys, vectors.keys]).toEqual([[], ['sk-vectors']]);
    expect(chatAccess(config)).toEqual({ apiKey: chat.key, baseUrl: chat.baseUrl, apiVersion: undefined });
  });

  it('come from where the chat model is, unless settings say otherwise', () => {
    const azure = { PENSTOCK_OPENAI_BASE_URL: 'https://r.example/openai', PENSTOCK_OPENAI_API_VERSION: '2024-10-21' };
    const at = { apiKey: 'sk-test', baseUrl: 'https://r.example/openai', apiVersion: '2024-10-21' };

    expect(accessOf(azure)).toEqual(at);
    expect(accessOf({ ...azure, PENSTOCK_OPENAI_EMBEDDING_API_KEY: 'sk-other' })).toEqual({
      ...at,
      apiKey: 'sk-other',
    });
  });

  it('of another server are asked for by its own key and api-version alone', () => {
    const azure = { PENSTOCK_OPENAI_BASE_URL: 'https://r.example/openai', PENSTOCK_OPENAI_API_VERSION: '2024-10-21' };
    const other = { ...azure, PENSTOCK_OPENAI_EMBEDDING_BASE_URL: 'http://127.0.0.1:8001/v1' };

    expect(accessOf(other)).toEqual({ apiKey: undefined, baseUrl: 'http://127.0.0.1:8001/v1', apiVersion: undefined });
    expect(accessOf({ ...other, PENSTOCK_OPENAI_EMBEDDING_API_VERSION: '1' }).apiVersion).toBe('1');
  });

  it('need a key of OpenAI, or the address of another server', () => {
    expect(() => embeddingAccess(loadConfig({}))).toThrow(/PENSTOCK_OPENAI_API_KEY/);
  });
});
