import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QdrantClient } from '@qdrant/js-client-rest';

import { runRoles } from '../../apps/run.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { OpenAiServer } from '../openai/index.js';
import { OwnServices } from './index.js';

const withinMs = 600_000;
let server: OpenAiServer;
/** A Qdrant without collections, for vectors that fit into none of the others. */
let services: OwnServices;
let penstock: PenstockUnderTest;

beforeAll(async () => {
  server = await OpenAiServer.start();
  services = await OwnServices.prepare('qdrant');
  await services.begin('qdrant');
  // Chat would be elsewhere, where nobody is.
  const chat = { openAiApiKey: 'sk-chat', openAiBaseUrl: 'http://127.0.0.1:9/v1' };
  const vectors = { openAiEmbeddingApiKey: server.key, openAiEmbeddingBaseUrl: server.baseUrl };
  const openAi = { embeddingProvider: 'openai', ...chat, ...vectors } as const;
  penstock = await startPenstock({ ...openAi, qdrantUrl: services.addresses.qdrant });
}, withinMs);

afterAll(async () => {
  await penstock.stop();
  await services.stop();
  await server.close();
}, withinMs);

describe('vectors of an API', () => {
  it(
    'come into Qdrant with 1,536 dimensions, are found by, and are paid for once',
    async () => {
      const namespace = aNamespace('vectors');
      const text = `${namespace}: the harbour was dredged in spring.`;

      const first = await penstock.api.outcome(
        (await penstock.api.inline(namespace, 'one', text)).ingestionId,
        withinMs,
      );
      const second = await penstock.api.outcome(
        (await penstock.api.inline(namespace, 'two', text)).ingestionId,
        withinMs,
      );

      expect([first.status, second.status]).toEqual(['live', 'live']);
      const client = new QdrantClient({ url: services.addresses.qdrant, checkCompatibility: false });
      const { config } = await client.getCollection('penstock_chunks');
      expect(config.params.vectors).toMatchObject({ dense: { size: 1536 } });
      expect(config.metadata).toMatchObject({ embedding_model: 'openai/text-embedding-3-small', dimensions: 1536 });
      const { points } = await client.scroll('penstock_chunks', {
        filter: { must: [{ key: 'namespace', match: { value: namespace } }] },
        with_vector: true,
      });
      const lengths = points.map(({ vector }) => (vector as { dense: number[] }).dense.length);
      expect(lengths).toEqual([1536, 1536]);
      const inputs = server.embeddings.flatMap(({ input }) => input).filter((input) => input.includes(namespace));
      expect(inputs).toHaveLength(new Set(inputs).size);
      const { body } = await penstock.api.json('/v1/search', { query: text, namespace, mode: 'semantic' });
      expect((body['hits'] as { documentId: string }[]).map(({ documentId }) => documentId).sort()).toEqual([
        'one',
        'two',
      ]);
    },
    withinMs,
  );

  it.each([
    ['another model', { embeddingProvider: 'hash' }, /holds vectors of openai\/text-embedding-3-small with 1536/],
    ['other dimensions', { embeddingDimensions: 256 }, /with 1536 dimensions, but the configured model is .* with 256/],
  ] as const)(
    'refuse a start with %s',
    async (_, other, sentence) => {
      const started = runRoles({ ...penstock.config, ...other }, ['writer-qdrant'], { onFatal: () => undefined });

      await expect(started).rejects.toMatchObject({ kind: 'permanent', message: expect.stringMatching(sentence) });
    },
    withinMs,
  );
});
