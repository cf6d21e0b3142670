import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { cacheFolderOf, findSentenceModel } from '#stack';

import { SentenceEmbeddingModel } from './sentence-embedding-model.js';

const folder = findSentenceModel(cacheFolderOf(process.env)) ?? 'set-up has left no sentence model';
const model = new SentenceEmbeddingModel({ folder });
const options = { signal: new AbortController().signal };

beforeAll(() => model.prepare());
afterAll(() => model.close());

async function vectorsOf(...texts: string[]): Promise<readonly Float32Array[]> {
  return (await model.embed(texts, options)).vectors;
}

function similarity(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return (a ?? new Float32Array()).reduce((sum, value, index) => sum + value * (b?.[index] ?? Number.NaN), 0);
}

describe('SentenceEmbeddingModel', () => {
  it('gives the similarities that the makers of the model published', async () => {
    const [happy, veryHappy, sunny] = await vectorsOf(
      'That is a happy person',
      'That is a very happy person',
      'Today is a sunny day',
    );

    expect(similarity(happy, veryHappy)).toBeCloseTo(0.9429, 4);
    expect(similarity(happy, sunny)).toBeCloseTo(0.2569, 4);
    expect(similarity(happy, happy)).toBeCloseTo(1, 6);
  });

  it('gives a text the same vector to the last bit, alone and among others', async () => {
    const words = 'profit rose in the plant of Stuttgart while costs of the supplier fell'.split(' ');
    const texts = Array.from({ length: 30 }, (_, index) => words.slice(0, (index % words.length) + 1).join(' '));
    const long = Array.from({ length: 700 }, (_, index) => words[index % words.length]).join(' ');

    const together = await vectorsOf(...texts, long, '', long.toUpperCase());

    const alone = await Promise.all([...texts, long].map(async (text) => (await vectorsOf(text))[0]));
    expect(together.slice(0, texts.length + 1)).toEqual(alone);
    expect(together.at(-1)).toEqual(together[texts.length]);
    expect(new Set(together[texts.length + 1])).toEqual(new Set([0]));
  });

  it('reads a long text to its end', async () => {
    const filler = 'The quarterly report speaks of shipping costs. '.repeat(60);
    const [plain, ending, question] = await vectorsOf(
      filler,
      `${filler}${'The orchestra played a violin concerto. '.repeat(20)}`,
      'music by an orchestra',
    );

    expect(similarity(ending, question)).toBeGreaterThan(similarity(plain, question) + 0.1);
  });

  it('counts tokens, and leaves the event loop to others meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);

    const { usage } = await model.embed(
      Array.from({ length: 60 }, () => 'steady as she goes '.repeat(60)),
      options,
    );

    clearInterval(timer);
    expect(usage).toEqual({ promptTokens: 60 * (60 * 4 + 2), completionTokens: 0 });
    expect(turns).toBeGreaterThan(5);
  });

  it('stops between batches when aborted', async () => {
    const controller = new AbortController();
    const texts = Array.from({ length: 150 }, (_, index) => 'on and on '.repeat(index));

    const embedding = model.embed(texts, { signal: controller.signal });
    setImmediate(() => controller.abort());

    await expect(embedding).rejects.toMatchObject({ kind: 'transient', reason: 'aborted' });
  });

  it('is made ready again after it was closed', async () => {
    const [before] = await vectorsOf('again');
    await model.close();

    expect((await vectorsOf('again'))[0]).toEqual(before);
  });

  it('names what is missing and the command that brings it', async () => {
    const other = new SentenceEmbeddingModel({ folder: '/nonexistent' });

    await expect(other.prepare()).rejects.toMatchObject({
      kind: 'permanent',
      reason: 'model-missing',
      message: expect.stringMatching(
        /\/nonexistent\/config\.json is missing.*npm run setup.*PENSTOCK_EMBEDDING_FOLDER/,
      ),
    });
  });

  it('refuses a model that is damaged, and says where it lies', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'penstock-model-'));
    await cp(folder, copy, { recursive: true });
    await cp(join(copy, 'config.json'), join(copy, 'onnx/model.onnx'));

    await expect(new SentenceEmbeddingModel({ folder: copy }).prepare()).rejects.toMatchObject({
      kind: 'permanent',
      reason: 'model-unreadable',
      message: expect.stringContaining(copy),
    });

    await rm(copy, { recursive: true });
  });
});
