import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { SentenceEmbeddingModel } from './sentence-embedding-model.js';
import { checkSource } from './check-source.js';

const miniLm = { model_type: 'bert', num_hidden_layers: 6, hidden_size: 384, vocab_size: 30522 };
const files = ['tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-sentences-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function keep(config: string, others: readonly string[] = files): Promise<void> {
  await writeFile(join(folder, 'config.json'), config);
  for (const file of others) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
}

describe('a folder that is to hold the sentence model', () => {
  it('is taken if its model is built as all-MiniLM-L6-v2 is', async () => {
    await keep(JSON.stringify({ ...miniLm, _name_or_path: 'somewhere/else' }));

    await expect(checkSource({ folder })).resolves.toBeUndefined();
  });

  it.each([
    ['more layers', { num_hidden_layers: 12 }, 'num_hidden_layers 12'],
    ['longer vectors', { hidden_size: 768 }, 'hidden_size 768'],
    ['other words', { vocab_size: 250_002 }, 'vocab_size 250002'],
    ['nothing to say of its layers', { num_hidden_layers: undefined }, 'num_hidden_layers undefined'],
  ])('is refused at the start if its model has %s', async (_, other, said) => {
    await keep(JSON.stringify({ ...miniLm, ...other }));

    await expect(new SentenceEmbeddingModel({ folder }).prepare()).rejects.toMatchObject({
      ...{ kind: 'permanent', reason: 'model-mismatch' },
      message: expect.stringMatching(new RegExp(`${said}.*PENSTOCK_EMBEDDING_FOLDER`)),
    });
  });

  it.each(['not JSON', 'null', '[]'])('is refused if its config.json is %s', async (config) => {
    await keep(config);

    await expect(checkSource({ folder })).rejects.toMatchObject({ kind: 'permanent' });
  });

  it('names the file that is missing', async () => {
    await keep(JSON.stringify(miniLm), files.slice(1));

    await expect(checkSource({ folder })).rejects.toMatchObject({
      ...{ reason: 'model-missing', message: expect.stringContaining('tokenizer.json is missing') },
    });
  });
});

describe('a name on the hub', () => {
  it.each(['Xenova/all-MiniLM-L6-v2', 'sentence-transformers/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'])(
    'may be %s',
    async (hubModel) => {
      await expect(checkSource({ folder, hubModel })).resolves.toBeUndefined();
    },
  );

  it.each([
    'Xenova/bge-small-en-v1.5',
    'Xenova/all-MiniLM-L12-v2',
    'Xenova/all-MiniLM-L6-v2-other',
    'my-all-MiniLM-L6-v2',
  ])('may not be %s, of which nothing is fetched', async (hubModel) => {
    await expect(new SentenceEmbeddingModel({ folder, hubModel }).prepare()).rejects.toMatchObject({
      ...{ kind: 'permanent', reason: 'model-mismatch' },
      message: expect.stringMatching(/all-MiniLM-L6-v2.*PENSTOCK_EMBEDDING_HUB_MODEL/),
    });
  });
});
