import { describe, expect, it } from '@jest/globals';

import { RulesExtractionModel } from './rules-extraction-model.js';

describe('RulesExtractionModel', () => {
  it('answers each passage in order, for nothing', async () => {
    const texts = ['Berlin is in Germany.', ''].map((text) => ({ text }));

    const found = await new RulesExtractionModel().extract(texts, { signal: new AbortController().signal });

    expect(found.map((one) => one.entities.map((entity) => entity.name))).toEqual([['Berlin', 'Germany'], []]);
    expect(found[0]?.usage).toEqual({ promptTokens: 0, completionTokens: 0 });
  });

  it('lets others have their turn between passages and stops when aborted', async () => {
    const controller = new AbortController();
    const texts = Array.from({ length: 50 }, () => ({ text: 'Berlin' }));
    setImmediate(() => controller.abort());

    const extraction = new RulesExtractionModel().extract(texts, { signal: controller.signal });

    await expect(extraction).rejects.toMatchObject({ kind: 'transient', reason: 'aborted' });
  });
});
