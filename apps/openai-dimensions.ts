import type { Config } from '#config';
import { PermanentFailure } from '#failure';

/** What models give that are known by name; of others a setting has to say it. */
const dimensionsOfModel: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1536,
  'text-embedding-3-large': 3072,
  'text-embedding-ada-002': 1536,
};

/** @throws PermanentFailure if nobody knows how long the vectors are. */
export function openAiEmbeddingIdentity(config: Config): { embeddingModel: string; dimensions: number } {
  const { embeddingDimensions, openAiEmbeddingModel: model, openAiName } = config;
  const dimensions = embeddingDimensions ?? dimensionsOfModel[model];
  if (dimensions === undefined) {
    const message = `PENSTOCK_EMBEDDING_DIMENSIONS must say how long vectors of ${model} are`;
    throw new PermanentFailure(message, { reason: 'bad-configuration' });
  }
  return { embeddingModel: `${openAiName}/${model}`, dimensions };
}

/** Whether the model is asked for so many dimensions; servers that can't choose refuse to be asked. */
export function choosesDimensions(
  config: Pick<Config, 'openAiEmbeddingModel' | 'openAiEmbeddingSendsDimensions'>,
  dimensions: number,
): boolean {
  const { openAiEmbeddingModel: model, openAiEmbeddingSendsDimensions: sends } = config;
  const natural = dimensionsOfModel[model];
  return sends === 'auto' ? natural !== undefined && natural !== dimensions : sends === 'true';
}
