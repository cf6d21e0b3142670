import { PermanentFailure, TransientFailure } from '#failure';
import type { Embedding } from '#models';

/**
 * The embedding, if it has a vector of the right length for every text.
 * @throws TransientFailure if vectors are missing, PermanentFailure if the model and the configured dimensions differ.
 */
export function checkedEmbedding(embedding: Embedding, texts: number, dimensions: number): Embedding {
  if (embedding.vectors.length !== texts) {
    const message = `${embedding.vectors.length} vectors for ${texts} texts`;
    throw new TransientFailure(message, { reason: 'model-answer-incomplete' });
  }
  const odd = embedding.vectors.find((vector) => vector.length !== dimensions);
  if (odd) {
    const message = `the model gave ${odd.length} dimensions where ${dimensions} are configured`;
    throw new PermanentFailure(message, { reason: 'dimensions-mismatch' });
  }
  return embedding;
}
