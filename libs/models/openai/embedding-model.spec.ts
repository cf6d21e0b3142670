import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { EmbedOnce } from '../embed-once.js';
import { MemoryAnswerStore } from '../memory-answer-store.js';
import { embeddingBatches } from './embedding-batches.js';
import { openAi } from './openai-rig.contract.js';

const at = openAi(beforeEach, afterEach);

/** No vector at all, for five tokens. */
const incomplete = { body: '{"object":"list","data":[],"usage":{"prompt_tokens":5}}' };
const options = { signal: new AbortController().signal };
const lengths = (vectors: readonly Float32Array[]): number[] => vectors.map((vector) => Math.hypot(...vector));

describe('OpenAiEmbeddingModel', () => {
  it('gives every text its vector, of length 1, whatever the order of the answer', async () => {
    const { vectors, usage } = await at.rig.embedding().embed(['first', 'second'], options);
    const { vectors: alone } = await at.rig.embedding().embed(['second'], options);

    expect(vectors.map((vector) => vector.length)).toEqual([1536, 1536]);
    for (const length of lengths(vectors)) expect(length).toBeCloseTo(1, 5);
    expect(vectors[1]).toEqual(alone[0]);
    expect(usage).toEqual({ promptTokens: 2, completionTokens: 0 });
    expect(at.rig.book.calls[0]).toMatchObject({ model: 'openai/text-embedding-3-small', purpose: 'embedding' });
  });

  it('asks in batches within the token budget, and never for blank texts', async () => {
    const texts = ['one two three', '', 'four five six', ' \n', 'seven'];

    const { vectors } = await at.rig.embedding({ batch: { tokensMax: 4, textsMax: 9 } }).embed(texts, options);

    const [one, four, seven] = [texts[0], texts[2], texts[4]];
    expect(at.server.embeddings.map(({ input }) => input)).toEqual([[one], [four, seven]]);
    expect(lengths(vectors).map(Math.round)).toEqual([1, 0, 1, 0, 1]);
  });

  it('names dimensions only where it chooses them', async () => {
    await at.rig.embedding().embed(['a'], options);
    const { vectors } = await at.rig.embedding({ dimensions: 256, choosesDimensions: true }).embed(['a'], options);

    expect(at.server.embeddings.map(({ body }) => body['dimensions'])).toEqual([undefined, 256]);
    expect(vectors[0]).toHaveLength(256);
  });

  it('gives up vectors of another length at once', async () => {
    at.server.next.push({ dimensions: 768 });

    const wrong = at.rig.embedding().embed(['a'], options);

    await expect(wrong).rejects.toMatchObject({ kind: 'permanent', reason: 'dimensions-mismatch' });
    expect(at.rig.book.calls.map(({ outcome }) => outcome)).toEqual(['dimensions']);
  });

  it('asks once more after an answer that leaves a text out, and pays for both', async () => {
    at.server.next.push(incomplete);

    const { vectors, usage } = await at.rig.embedding().embed(['a'], options);

    expect(lengths(vectors).map(Math.round)).toEqual([1]);
    expect(usage).toEqual({ promptTokens: 1 + 5, completionTokens: 0 });
    expect(at.rig.book.calls.map(({ outcome }) => outcome)).toEqual(['incomplete', 'answered']);
  });

  it('gives up texts that are left out twice, as each further try would cost again', async () => {
    at.server.next.push(incomplete, incomplete);

    const left = at.rig.embedding().embed(['a'], options);

    await expect(left).rejects.toMatchObject({
      ...{ kind: 'permanent', reason: 'model-answer-incomplete', message: expect.stringMatching(/twice/) },
    });
    expect(at.rig.book.calls.map(({ outcome }) => outcome)).toEqual(['incomplete', 'incomplete']);
  });

  it('counts the tokens of the texts where the server does not say how many they were', async () => {
    const data = [{ index: 0, embedding: Array.from({ length: 1536 }, () => 1) }];
    at.server.next.push({ body: JSON.stringify({ object: 'list', data }) });

    const { usage } = await at.rig.embedding().embed(['one two three'], options);

    expect(usage).toEqual({ promptTokens: 3, completionTokens: 0 });
    expect(at.rig.book.calls).toMatchObject([{ ...usage, costUsd: (3 * 0.02) / 1e6 }]);
  });

  it('pays once for a text, and gives back the same vector to the last bit', async () => {
    const answers = new MemoryAnswerStore();
    const batch = { tokensMax: 2, textsMax: 9 };
    const once = (): EmbedOnce =>
      new EmbedOnce(at.rig.embedding({ batch }), answers, {
        batchesOf: (items, textOf) => embeddingBatches(items, textOf, batch),
        parallel: 1,
        sliceMs: 60_000,
      });
    const direct = await at.rig.embedding().embed(['a', 'b'], options);
    at.server.asked.length = 0;

    const first = await once().embed(['a', 'b', 'a', 'c'], options);
    const again = await once().embed(['c', 'b'], options);

    expect(at.server.embeddings.flatMap(({ input }) => input)).toEqual(['a', 'b', 'c']);
    expect(first.vectors.slice(0, 2)).toEqual(direct.vectors);
    expect(again.vectors).toEqual([first.vectors[3], first.vectors[1]]);
    expect([first.usage.promptTokens, again.usage.promptTokens]).toEqual([3, 0]);
  });
});
