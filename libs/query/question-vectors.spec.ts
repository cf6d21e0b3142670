import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import { HashEmbeddingModel, type Embedding, type ModelCallOptions } from '#models';

import { QuestionVectors } from './question-vectors.js';

const { signal } = new AbortController();

class CountingModel extends HashEmbeddingModel {
  readonly asked: string[] = [];
  failing = false;

  override embed(texts: readonly string[], options: ModelCallOptions): Promise<Embedding> {
    this.asked.push(...texts);
    if (this.failing) return Promise.reject(new TransientFailure('away', { reason: 'away' }));
    return super.embed(texts, options);
  }
}

describe('the vectors of a question', () => {
  it('are made once, whoever asks it again', async () => {
    const model = new CountingModel(8);
    const vectors = new QuestionVectors(model);
    const first = await vectors.of('pump', 'a', signal);

    const again = await vectors.of('pump', 'b', signal);
    const other = await vectors.of('pumps', 'a', signal);

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(model.asked).toEqual(['pump', 'pumps']);
  });

  it('are forgotten once many others were asked, those that were asked last at the end', async () => {
    const model = new CountingModel(8);
    const vectors = new QuestionVectors(model);
    for (const query of ['kept', 'forgotten']) await vectors.of(query, 'n', signal);
    for (let at = 0; at < 255; at += 1) {
      await vectors.of(`other ${at}`, 'n', signal);
      await vectors.of('kept', 'n', signal);
    }
    model.asked.length = 0;

    await vectors.of('kept', 'n', signal);
    await vectors.of('forgotten', 'n', signal);

    expect(model.asked).toEqual(['forgotten']);
  });

  it('are asked for again after the model failed', async () => {
    const model = new CountingModel(8);
    const vectors = new QuestionVectors(model);
    model.failing = true;
    await expect(vectors.of('pump', 'n', signal)).rejects.toThrow('away');
    model.failing = false;

    expect((await vectors.of('pump', 'n', signal)).dense).toHaveLength(8);
  });
});
