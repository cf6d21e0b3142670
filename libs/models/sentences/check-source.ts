import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { PermanentFailure } from '#failure';

import type { ModelSource } from './thread-protocol.js';

/** The model that vectors are marked with, as the last part of its name on the hub. */
export const sentenceModelName = 'all-MiniLM-L6-v2';

/** How that model is built, in the words of its config.json. */
const built = { num_hidden_layers: 6, hidden_size: 384, vocab_size: 30522 };
const otherFiles = ['tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'];

/**
 * Vectors of another model would get into the same collections under the same name, and nobody would notice.
 * @throws PermanentFailure that says what is missing, or why it is another model. Of models that are built the same
 *   only the name tells them apart.
 */
export async function checkSource({ folder, hubModel, anyModel = false }: ModelSource): Promise<void> {
  if (hubModel !== undefined) {
    if (hubModel.split('/').at(-1) !== sentenceModelName) throw mismatch(`${hubModel} is not`, 'HUB_MODEL');
    return;
  }
  for (const file of ['config.json', ...otherFiles]) await access(join(folder, file)).catch(missing(folder, file));
  if (!anyModel) await checkBuild(folder);
}

async function checkBuild(folder: string): Promise<void> {
  const config = configOf(await readFile(join(folder, 'config.json'), 'utf8'));
  const others = Object.entries(built).filter(([key, value]) => config?.[key] !== value);
  if (others.length === 0) return;
  const said = others.map(([key, value]) => `${key} ${String(config?.[key])}, not ${value}`).join('; ');
  throw mismatch(`the model in ${folder} is not, by its config.json (${said}),`, 'FOLDER');
}

function configOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>> | null;
  } catch {
    return null;
  }
}

function missing(folder: string, file: string): (error: unknown) => never {
  return (error) => {
    const message =
      `the sentence model is not there: ${join(folder, file)} is missing. Run \`npm run setup\`, which puts it into the ` +
      'cache, or name its folder in PENSTOCK_EMBEDDING_FOLDER, or choose another PENSTOCK_EMBEDDING_PROVIDER';
    throw new PermanentFailure(message, { reason: 'model-missing', cause: error });
  };
}

function mismatch(problem: string, setting: string): PermanentFailure {
  const message = `${problem} ${sentenceModelName}, which vectors are marked with; see PENSTOCK_EMBEDDING_${setting}`;
  return new PermanentFailure(message, { reason: 'model-mismatch' });
}
