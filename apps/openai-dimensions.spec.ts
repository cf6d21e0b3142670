import { describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';

import { choosesDimensions } from './openai-dimensions.js';

describe('a model is asked for dimensions', () => {
  it.each([
    ['text-embedding-3-large', 'auto', 1024, true],
    ['text-embedding-3-large', 'auto', 3072, false],
    ['text-embedding-3-large', 'false', 1024, false],
    ['my-deployment', 'auto', 1024, false],
    ['my-deployment', 'true', 1024, true],
  ])('%s, with %s, for %d: %s', (model, sends, dimensions, asked) => {
    const config = loadConfig({
      PENSTOCK_OPENAI_EMBEDDING_MODEL: model,
      PENSTOCK_OPENAI_EMBEDDING_SENDS_DIMENSIONS: sends,
    });

    expect(choosesDimensions(config, dimensions)).toBe(asked);
  });
});
