import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { PassageRef } from '#stores/reading';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { createQdrantClient, PointLists, QdrantPassageIndex, QdrantStoreWriter } from './index.js';

const { signal } = new AbortController();
const prefix = `passages-${randomUUID()}`;
const client = createQdrantClient({ url: testStack().qdrant });
const writer = new QdrantStoreWriter(client, { embeddingModel: 'hash/8', dimensions: 8, prefix });
const pointLists = new PointLists({ url: testStack().qdrant });
const index = new QdrantPassageIndex(client, pointLists, '', writer.collections.chunks);

beforeAll(() => writer.prepare());

afterAll(async () => {
  for (const name of Object.values(writer.collections)) await client.deleteCollection(name as string);
  await pointLists.close();
});

describe('the text of passages in Qdrant', () => {
  const namespace = 'read';
  const parts = anIngestion({ namespace, documentId: 'doc', version: 1 }).withParts(2).build();
  const chunks = parts.flatMap((part) => part.chunks.map(({ seq, text }) => ({ ...ref(parts), seq, text })));
  const texts = async (refs: readonly PassageRef[], where = namespace): Promise<string[]> => {
    const found = await index.passages(refs, { namespace: where, signal });
    return [...found.values()].sort((a, b) => a.seq - b.seq).map(({ text }) => text);
  };

  it('is there from promotion to retraction, in its namespace only', async () => {
    await writer.writePending({ parts, receipts: [], signal });
    const pending = await texts(chunks);
    await writer.promote([ref(parts)], signal);
    const live = await texts(chunks);
    const elsewhere = await texts(chunks, 'other');
    const [some] = chunks;

    expect([pending, elsewhere]).toEqual([[], []]);
    expect(live).toEqual(chunks.map(({ text }) => text));
    expect(await texts(some === undefined ? [] : [some])).toEqual([some?.text]);
    await writer.retract([ref(parts)], signal);
    expect(await texts(chunks)).toEqual([]);
  });

  it('is found by meaning, by words and by both, from promotion to retraction, without being sent along', async () => {
    const found = anIngestion({ namespace: 'found', documentId: 'doc', version: 1 }).withParts(1).build();
    await writer.writePending({ parts: found, receipts: [], signal });
    const [first] = found.flatMap((part) => part.chunks);
    const dense = Array.from({ length: 8 }, (_, at) => first?.dense.readFloatLE(at * 4) ?? 0);
    const vectors = { dense, sparse: { indices: first?.sparseIndices ?? [], values: first?.sparseValues ?? [] } };
    const scope = { namespace: 'found', filter: {}, limit: 1, signal };
    const ways = ['semantic', 'keyword', 'hybrid'] as const;
    const pending = await index.lists(ways, vectors, scope);
    await writer.promote([ref(found)], signal);
    const all = await index.lists(ways, vectors, scope);
    const one = await index.lists(['keyword'], vectors, scope);
    const wordless = { dense, sparse: { indices: [], values: [] } };
    const none = await index.lists(['keyword', 'hybrid'], wordless, scope);

    await writer.retract([ref(found)], signal);
    const gone = await index.lists(ways, vectors, scope);

    const place = { ingestionId: ref(found).ingestionId, seq: 0, score: expect.any(Number) };
    expect([...all]).toEqual([
      ['semantic', [place]],
      ['keyword', [place]],
      ['hybrid', [place]],
    ]);
    expect([...one]).toEqual([['keyword', [place]]]);
    expect([...none]).toEqual([
      ['keyword', []],
      ['hybrid', [place]],
    ]);
    expect([pending, gone].flatMap((lists) => [...lists.values()].flat())).toEqual([]);
  });
});
