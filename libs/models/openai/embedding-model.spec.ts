import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OpenAiServer } from '../../../test/openai/index.js';
import { EmbedOnce } from '../embed-once.js';
import { MemoryAnswerStore } from '../memory-answer-store.js';
import { embeddingBatches } from './embedding-batches.js';
import { OpenAiRig } from './openai-rig.contract.js';

let server: OpenAiServer;
let rig: OpenAiRig;

beforeEach(async () => {
  server = await OpenAiServer.start();
  rig = new OpenAiRig(server);
});

afterEach(() => server.close());

const options = { signal: new AbortController().signal };
const lengths = (vectors: readonly Float32Array[]): number[] => vectors.map((vector) => Math.hypot(...vector));

describe('OpenAiEmbeddingModel', () => {
  it('gives every text its vector, of length 1, whatever the order of the answer', async () => {
    const { vectors, usage } = await rig.embedding().embed(['first', 'second'], options);
    const { vectors: alone } = await rig.embedding().embed(['second'], options);

    expect(vectors.map((vector) => vector.length)).toEqual([1536, 1536]);
    for (const length of lengths(vectors)) expect(length).toBeCloseTo(1, 5);
    expect(vectors[1]).toEqual(alone[0]);
    expect(usage).toEqual({ promptTokens: 2, completionTokens: 0 });
    expect(rig.book.calls[0]).toMatchObject({ model: 'openai/text-embedding-3-small', purpose: 'embedding' });
  });

  it('asks in batches within the token budget, and never for blank texts', async () => {
    const texts = ['one two three', '', 'four five six', ' \n', 'seven'];

    const { vectors } = await rig.embedding({ batch: { tokensMax: 4, textsMax: 9 } }).embed(texts, options);

    const [one, four, seven] = [texts[0], texts[2], texts[4]];
    expect(server.embeddings.map(({ input }) => input)).toEqual([[one], [four, seven]]);
    expect(lengths(vectors).map(Math.round)).toEqual([1, 0, 1, 0, 1]);
  });

  it('names dimensions only where it chooses them', async () => {
    await rig.embedding().embed(['a'], options);
    const { vectors } = await rig.embedding({ dimensions: 256, choosesDimensions: true }).embed(['a'], options);

    expect(server.embeddings.map(({ body }) => body['dimensions'])).toEqual([undefined, 256]);
    expect(vectors[0]).toHaveLength(256);
  });

  it('gives up vectors of another length, and has incomplete answers given again', async () => {
    server.next.push({ dimensions: 768 }, { body: '{"object":"list","data":[],"usage":{"prompt_tokens":1}}' });

    const wrong = rig.embedding().embed(['a'], options);
    await expect(wrong).rejects.toMatchObject({ kind: 'permanent', reason: 'dimensions-mismatch' });
    const empty = rig.embedding().embed(['a'], options);

    await expect(empty).rejects.toMatchObject({ kind: 'transient', reason: 'model-answer-incomplete' });
    expect(rig.book.calls.map(({ outcome }) => outcome)).toEqual(['dimensions', 'incomplete']);
  });

  it('pays once for a text, and gives back the same vector to the last bit', async () => {
    const answers = new MemoryAnswerStore();
    const batch = { tokensMax: 2, textsMax: 9 };
    const once = (): EmbedOnce =>
      new EmbedOnce(rig.embedding({ batch }), answers, {
        batchesOf: (items, textOf) => embeddingBatches(items, textOf, batch),
        parallel: 1,
        sliceMs: 60_000,
      });
    const direct = await rig.embedding().embed(['a', 'b'], options);
    server.asked.length = 0;

    const first = await once().embed(['a', 'b', 'a', 'c'], options);
    const again = await once().embed(['c', 'b'], options);

    expect(server.embeddings.flatMap(({ input }) => input)).toEqual(['a', 'b', 'c']);
    expect(first.vectors.slice(0, 2)).toEqual(direct.vectors);
    expect(again.vectors).toEqual([first.vectors[3], first.vectors[1]]);
    expect([first.usage.promptTokens, again.usage.promptTokens]).toEqual([3, 0]);
  });
});
