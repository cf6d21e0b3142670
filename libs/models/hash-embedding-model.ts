import { setImmediate } from 'node:timers/promises';

import { TransientFailure } from '#failure';

import { EmbeddingModel, type Embedding } from './embedding-model.js';
import type { ModelCallOptions } from './extraction-model.js';
import { hashedVector } from './hashed-vector.js';
import { free } from './total-usage.js';

/** Texts between two turns of the event loop. */
const textsPerTurn = 16;

/** Vectors by feature hashing: no weights, no cost, the same on every machine. Texts that share words are near. */
export class HashEmbeddingModel extends EmbeddingModel {
  constructor(override readonly dimensions: number) {
    super();
  }

  override get id(): string {
    return `hash/${this.dimensions}`;
  }

  override async embed(texts: readonly string[], { signal }: ModelCallOptions): Promise<Embedding> {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      if (signal.aborted) throw new TransientFailure('embedding was aborted', { reason: 'aborted' });
      vectors.push(hashedVector(text, this.dimensions));
      if (vectors.length % textsPerTurn === 0) await setImmediate();
    }
    return { vectors, usage: free };
  }
}
